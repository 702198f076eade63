"""A placement whose core has bugs that a test can switch on, to see what the shell makes of them."""

from typing import Any, ClassVar

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from lifecycle.registry import Lifecycle
    from schemas.carry import Begin
    from schemas.placement import Placement
    from schemas.views import PlacementView
    from tests.workflows.bugs import BUGGY
    from workflows.placement import PlacementWorkflow
    from workflows.shell import Shell


@workflow.defn(name="BrokenPlacementWorkflow", failure_exception_types=[])
class BrokenPlacementWorkflow(Shell[Placement]):
    """The placement's workflow, word for word, over a core with bugs."""

    lifecycle: ClassVar[Lifecycle[Any]] = BUGGY
    state_type: ClassVar[type[Placement]] = Placement
    acts: ClassVar[frozenset[str]] = PlacementWorkflow.acts

    @workflow.init
    def __init__(self, begin: Begin) -> None:
        self.begin(begin)

    @workflow.run
    async def run(self, begin: Begin) -> str:  # noqa: ARG002 - init read it
        return await self.live()

    @workflow.query
    def view(self) -> PlacementView:
        return BUGGY.view(self._state)  # pyright: ignore[reportReturnType]
