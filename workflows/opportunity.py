"""The opportunity's workflow: it owns the seats a host offers."""

from collections.abc import Sequence
from typing import Any, ClassVar

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from lifecycle.opportunity_table import ALLOWED
    from lifecycle.registry import OPPORTUNITY, Lifecycle
    from schemas.acts import Answer
    from schemas.carry import Begin
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

    @workflow.update(dynamic=True)
    async def act(self, name: str, args: Sequence[RawValue]) -> Answer:
        """Take one act; its Update is named after the command."""
        return await self.take_act(name, args)

    @act.validator
    def check(self, name: str, args: Sequence[RawValue]) -> None:
        """Refuse an act that is not possible now, without a trace in the history."""
        self.check_act(name, args)

    @workflow.query
    def view(self) -> OpportunityView:
        """The opportunity as the read API shows it."""
        return OPPORTUNITY.view(self._state)  # pyright: ignore[reportReturnType]
