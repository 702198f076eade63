"""The partnership's workflow: an employer's relation with the intermediary, for as long as it is remembered."""

from collections.abc import Sequence
from typing import Any, ClassVar

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from lifecycle.partnership_table import ALLOWED
    from lifecycle.registry import PARTNERSHIP, Lifecycle
    from schemas.acts import Answer
    from schemas.carry import Begin
    from schemas.partnership import INTERNAL, Partnership
    from schemas.views import PartnershipView
    from workflows.shell import Shell


@workflow.defn(name="PartnershipWorkflow", failure_exception_types=[])
class PartnershipWorkflow(Shell[Partnership]):
    """Starts with a Begin, takes acts as Updates named after their commands; it never ends by itself."""

    lifecycle: ClassVar[Lifecycle[Any]] = PARTNERSHIP
    state_type: ClassVar[type[Partnership]] = Partnership
    acts: ClassVar[frozenset[str]] = frozenset(ALLOWED) - INTERNAL

    @workflow.init
    def __init__(self, begin: Begin) -> None:
        self.begin(begin)

    @workflow.run
    async def run(self, begin: Begin) -> str:  # noqa: ARG002 - init read it
        """Live the lifecycle."""
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
    def view(self) -> PartnershipView:
        """The partnership as the read API shows it."""
        return PARTNERSHIP.view(self._state)  # pyright: ignore[reportReturnType]
