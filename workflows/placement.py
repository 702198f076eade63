"""The placement's workflow: one placement is one durable workflow, from the proposal to the signed final evaluation."""

from typing import Any, ClassVar

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from lifecycle.foreseeing import foresee
    from lifecycle.registry import PLACEMENT, Lifecycle
    from lifecycle.transitions import ALLOWED
    from schemas.carry import Begin
    from schemas.foreseen import Foresee, Foreseen
    from schemas.placement import Placement
    from schemas.placement_commands import INTERNAL
    from schemas.views import PlacementView
    from workflows.shell import Shell


@workflow.defn(name="PlacementWorkflow", failure_exception_types=[])
class PlacementWorkflow(Shell[Placement]):
    """Starts with a Begin, takes acts as Updates named after their commands, ends with the outcome's code."""

    lifecycle: ClassVar[Lifecycle[Any]] = PLACEMENT
    state_type: ClassVar[type[Placement]] = Placement
    acts: ClassVar[frozenset[str]] = frozenset(ALLOWED) - INTERNAL

    @workflow.init
    def __init__(self, begin: Begin) -> None:
        self.begin(begin)

    @workflow.run
    async def run(self, begin: Begin) -> str:  # noqa: ARG002 - init read it
        """Live the lifecycle to its end."""
        return await self.live()

    @workflow.query
    def view(self) -> PlacementView:
        """The placement as the read API shows it."""
        return PLACEMENT.view(self._state)  # pyright: ignore[reportReturnType]

    @workflow.query
    def foresee(self, asked: Foresee) -> Foreseen:
        """What a command would change; nothing happens."""
        return foresee(self._state, asked.command, max(asked.at, self._latest))
