"""Changes to the shell that a running placement would not survive. The replay must catch every one of them."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from schemas.acts import Answer, By, Carried
    from schemas.carry import Begin
    from schemas.naming import CARRY_OUT, EFFECTS_QUEUE
    from workflows.attributes import updates
    from workflows.placement import PlacementWorkflow

NAME = "PlacementWorkflow"


@workflow.defn(name=NAME)
class TheSame(PlacementWorkflow):
    """No change at all: it must pass, or the others prove nothing."""

    @workflow.init
    def __init__(self, begin: Begin) -> None:
        super().__init__(begin)

    @workflow.run
    async def run(self, begin: Begin) -> str:
        return await super().run(begin)


@workflow.defn(name=NAME)
class ActivityTwice(PlacementWorkflow):
    """Runs an activity more for every batch."""

    @workflow.init
    def __init__(self, begin: Begin) -> None:
        super().__init__(begin)

    @workflow.run
    async def run(self, begin: Begin) -> str:
        return await super().run(begin)

    async def _flush(self) -> None:
        await workflow.execute_activity(
            CARRY_OUT,
            self._batch(),
            result_type=Carried,
            task_queue=EFFECTS_QUEUE,
            start_to_close_timeout=timedelta(minutes=2),
        )
        await super()._flush()


@workflow.defn(name=NAME)
class NoAlarm(PlacementWorkflow):
    """Arms no timer."""

    @workflow.init
    def __init__(self, begin: Begin) -> None:
        super().__init__(begin)

    @workflow.run
    async def run(self, begin: Begin) -> str:
        return await super().run(begin)

    async def _keep_time(self) -> None:
        await workflow.wait_condition(lambda: False)


@workflow.defn(name=NAME)
class PumpFirst(PlacementWorkflow):
    """Does the same in another order: the pump sleeps before it carries anything out."""

    @workflow.init
    def __init__(self, begin: Begin) -> None:
        super().__init__(begin)

    @workflow.run
    async def run(self, begin: Begin) -> str:
        return await super().run(begin)

    async def _flush(self) -> None:
        await workflow.sleep(0.1)
        await super()._flush()


@workflow.defn(name=NAME)
class AttributesAlways(PlacementWorkflow):
    """Writes the search attributes after every act, changed or not."""

    @workflow.init
    def __init__(self, begin: Begin) -> None:
        super().__init__(begin)

    @workflow.run
    async def run(self, begin: Begin) -> str:
        return await super().run(begin)

    def _answer(self, *, duplicate: bool) -> Answer:
        workflow.upsert_search_attributes(updates(self._face.attributes, parked=False))
        return super()._answer(duplicate=duplicate)


@workflow.defn(name=NAME)
class NothingLearned(PlacementWorkflow):
    """Forgets what came of the effects: no seat is ever granted."""

    @workflow.init
    def __init__(self, begin: Begin) -> None:
        super().__init__(begin)

    @workflow.run
    async def run(self, begin: Begin) -> str:
        return await super().run(begin)

    def _decide(self, command: object, by: By, at: object) -> None:
        if by.kind != "lifecycle":
            super()._decide(command, by, at)  # pyright: ignore[reportArgumentType]


MUTANTS = (ActivityTwice, NoAlarm, PumpFirst, AttributesAlways, NothingLearned)
