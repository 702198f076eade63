"""The incident's workflow: a child of a placement's that outlives it and keeps its own clock."""

from collections.abc import Sequence
from typing import Any, ClassVar

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from lifecycle.registry import INCIDENT, Lifecycle
    from schemas.acts import Answer
    from schemas.carry import Begin
    from schemas.incident import Incident
    from schemas.views import IncidentView
    from workflows.shell import Shell


@workflow.defn(name="IncidentWorkflow", failure_exception_types=[])
class IncidentWorkflow(Shell[Incident]):
    """Starts with a Begin, takes acts as Updates named after their commands, ends with its state."""

    lifecycle: ClassVar[Lifecycle[Any]] = INCIDENT
    state_type: ClassVar[type[Incident]] = Incident
    acts: ClassVar[frozenset[str]] = frozenset({"submit", "resend"})

    @workflow.init
    def __init__(self, begin: Begin) -> None:
        self.begin(begin)

    @workflow.run
    async def run(self, begin: Begin) -> str:  # noqa: ARG002 - init read it
        """Live the lifecycle to its end."""
        return await self.live()

    @workflow.update(dynamic=True)
    async def act(self, name: str, args: Sequence[RawValue]) -> Answer:
        """Take one act; its Update is named after the command."""
        return await self.take_act(name, args)

    @act.validator
    def check(self, name: str, args: Sequence[RawValue]) -> None:
        """Refuse an act that is not possible now, without a trace in the history."""
        self.check_act(name, args)

    @workflow.query
    def view(self) -> IncidentView:
        """The incident as the read API shows it."""
        return INCIDENT.view(self._state)  # pyright: ignore[reportReturnType]
