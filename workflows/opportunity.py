"""The opportunity's workflow: it owns the seats a host offers."""

from typing import Any, ClassVar

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from lifecycle.case_foreseeing import foresee_case
    from lifecycle.opportunity_table import ALLOWED
    from lifecycle.registry import OPPORTUNITY, Lifecycle
    from schemas.carry import Begin
    from schemas.foreseen_case import CaseForeseen, ForeseeCase
    from schemas.opportunity import INTERNAL, Opportunity
    from schemas.views import OpportunityView
    from workflows.shell import Shell


@workflow.defn(name="OpportunityWorkflow", failure_exception_types=[])
class OpportunityWorkflow(Shell[Opportunity]):
    """Starts with a Begin, takes acts as Updates named after their commands, ends with its state."""

    lifecycle: ClassVar[Lifecycle[Any]] = OPPORTUNITY
    state_type: ClassVar[type[Opportunity]] = Opportunity
    acts: ClassVar[frozenset[str]] = frozenset(ALLOWED) - INTERNAL

    @workflow.init
    def __init__(self, begin: Begin) -> None:
        self.begin(begin)

    @workflow.run
    async def run(self, begin: Begin) -> str:  # noqa: ARG002 - init read it
        """Live the lifecycle to its end."""
        return await self.live()

    @workflow.query
    def view(self) -> OpportunityView:
        """The opportunity as the read API shows it."""
        return OPPORTUNITY.view(self._state)  # pyright: ignore[reportReturnType]

    @workflow.query
    def foresee(self, asked: ForeseeCase) -> CaseForeseen:
        """What a command would change; nothing happens."""
        return foresee_case(OPPORTUNITY, self._state, asked.command, max(asked.at, self._latest))
