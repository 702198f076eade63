"""The partnership's workflow: an employer's relation with the intermediary, for as long as it is remembered."""

from typing import Any, ClassVar

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from lifecycle.case_foreseeing import foresee_case
    from lifecycle.partnership_table import ALLOWED
    from lifecycle.registry import PARTNERSHIP, Lifecycle
    from schemas.carry import Begin
    from schemas.foreseen_case import CaseForeseen, ForeseeCase
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

    @workflow.query
    def view(self) -> PartnershipView:
        """The partnership as the read API shows it."""
        return PARTNERSHIP.view(self._state)  # pyright: ignore[reportReturnType]

    @workflow.query
    def foresee(self, asked: ForeseeCase) -> CaseForeseen:
        """What a command would change; nothing happens."""
        return foresee_case(PARTNERSHIP, self._state, asked.command, max(asked.at, self._latest))
