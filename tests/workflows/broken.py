"""A placement whose core has bugs that a test can switch on, to see what the shell makes of them."""

from collections.abc import Sequence
from typing import Any, ClassVar

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from lifecycle.registry import Lifecycle
    from schemas.acts import Answer
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

    @workflow.update(dynamic=True)
    async def act(self, name: str, args: Sequence[RawValue]) -> Answer:
        return await self.take_act(name, args)

    @act.validator
    def check(self, name: str, args: Sequence[RawValue]) -> None:
        self.check_act(name, args)

    @workflow.query
    def view(self) -> PlacementView:
        return BUGGY.view(self._state)  # pyright: ignore[reportReturnType]
