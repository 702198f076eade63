"""The lifecycles' workflows, word for word, over cores whose bugs a test can switch on."""

from typing import Any, ClassVar

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from lifecycle.registry import INCIDENT, OPPORTUNITY, PARTNERSHIP, PLACEMENT, Lifecycle
    from schemas.carry import Begin
    from schemas.incident import Incident
    from schemas.opportunity import Opportunity
    from schemas.partnership import Partnership
    from schemas.placement import Placement
    from schemas.views import PlacementView
    from tests.workflows.bugs import buggy
    from workflows.incident import IncidentWorkflow
    from workflows.opportunity import OpportunityWorkflow
    from workflows.partnership import PartnershipWorkflow
    from workflows.placement import PlacementWorkflow
    from workflows.shell import Shell


@workflow.defn(name="BrokenPlacementWorkflow", failure_exception_types=[])
class BrokenPlacementWorkflow(Shell[Placement]):
    lifecycle: ClassVar[Lifecycle[Any]] = buggy(PLACEMENT)
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
        return self.lifecycle.view(self._state)  # pyright: ignore[reportReturnType]


@workflow.defn(name="BrokenOpportunityWorkflow", failure_exception_types=[])
class BrokenOpportunityWorkflow(Shell[Opportunity]):
    lifecycle: ClassVar[Lifecycle[Any]] = buggy(OPPORTUNITY)
    state_type: ClassVar[type[Opportunity]] = Opportunity
    acts: ClassVar[frozenset[str]] = OpportunityWorkflow.acts

    @workflow.init
    def __init__(self, begin: Begin) -> None:
        self.begin(begin)

    @workflow.run
    async def run(self, begin: Begin) -> str:  # noqa: ARG002 - init read it
        return await self.live()


@workflow.defn(name="BrokenPartnershipWorkflow", failure_exception_types=[])
class BrokenPartnershipWorkflow(Shell[Partnership]):
    lifecycle: ClassVar[Lifecycle[Any]] = buggy(PARTNERSHIP)
    state_type: ClassVar[type[Partnership]] = Partnership
    acts: ClassVar[frozenset[str]] = PartnershipWorkflow.acts

    @workflow.init
    def __init__(self, begin: Begin) -> None:
        self.begin(begin)

    @workflow.run
    async def run(self, begin: Begin) -> str:  # noqa: ARG002 - init read it
        return await self.live()


@workflow.defn(name="BrokenIncidentWorkflow", failure_exception_types=[])
class BrokenIncidentWorkflow(Shell[Incident]):
    lifecycle: ClassVar[Lifecycle[Any]] = buggy(INCIDENT)
    state_type: ClassVar[type[Incident]] = Incident
    acts: ClassVar[frozenset[str]] = IncidentWorkflow.acts

    @workflow.init
    def __init__(self, begin: Begin) -> None:
        self.begin(begin)

    @workflow.run
    async def run(self, begin: Begin) -> str:  # noqa: ARG002 - init read it
        return await self.live()


BROKEN: dict[str, type[Any]] = {
    "placement": BrokenPlacementWorkflow,
    "opportunity": BrokenOpportunityWorkflow,
    "partnership": BrokenPartnershipWorkflow,
    "incident": BrokenIncidentWorkflow,
}
