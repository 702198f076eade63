"""The incident's workflow: a child of a placement's that outlives it and keeps its own clock."""

from typing import Any, ClassVar

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from lifecycle.case_foreseeing import foresee_case
    from lifecycle.registry import INCIDENT, Lifecycle
    from schemas.carry import Begin
    from schemas.foreseen_case import CaseForeseen, ForeseeCase
    from schemas.incident import Incident
    from schemas.views import IncidentView
    from workflows.shell import Shell


@workflow.defn(name="IncidentWorkflow", failure_exception_types=[])
class IncidentWorkflow(Shell[Incident]):
    """Starts with a Begin, takes acts as Updates named after their commands, ends with its state."""

    lifecycle: ClassVar[Lifecycle[Any]] = INCIDENT
    state_type: ClassVar[type[Incident]] = Incident
    acts: ClassVar[frozenset[str]] = frozenset({"submit", "resend", "disclaim"})

    @workflow.init
    def __init__(self, begin: Begin) -> None:
        self.begin(begin)

    @workflow.run
    async def run(self, begin: Begin) -> str:  # noqa: ARG002 - init read it
        """Live the lifecycle to its end."""
        return await self.live()

    @workflow.query
    def view(self) -> IncidentView:
        """The incident as the read API shows it."""
        return INCIDENT.view(self._state)  # pyright: ignore[reportReturnType]

    @workflow.query
    def foresee(self, asked: ForeseeCase) -> CaseForeseen:
        """What a command would change; nothing happens."""
        return foresee_case(INCIDENT, self._state, asked.command, max(asked.at, self._latest))
