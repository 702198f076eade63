"""Counting what a history holds, and what it would be billed: rules as Temporal's documentation gives them."""

from collections import Counter
from collections.abc import Iterable

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from schemas.base import Frozen

ACTIONS = {
    "WORKFLOW_EXECUTION_STARTED": 1,
    "START_CHILD_WORKFLOW_EXECUTION_INITIATED": 1,
    "WORKFLOW_EXECUTION_UPDATE_ACCEPTED": 1,
    "WORKFLOW_EXECUTION_SIGNALED": 1,
    "TIMER_STARTED": 1,
    "ACTIVITY_TASK_SCHEDULED": 1,
    "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES": 1,
    "WORKFLOW_EXECUTION_CONTINUED_AS_NEW": 1,
}
"""Billable actions an event stands for; all others are free.

A child is billed 2: its start, which its own history shows, and its initiation in its parent's. A refused Update
would be billed and leaves no event; the driver counts those apart.
"""


class Counts(Frozen):
    """What all histories of one placement hold together."""

    acts: int
    events: int
    actions: int
    bytes: int
    by_type: dict[str, int]

    @property
    def events_per_act(self) -> float:
        """History events for each human act."""
        return self.events / self.acts

    @property
    def actions_per_act(self) -> float:
        """Billable actions for each human act."""
        return self.actions / self.acts

    @property
    def kilobytes_per_act(self) -> float:
        """History kilobytes for each human act."""
        return self.bytes / self.acts / 1000


def counted(events: Iterable[HistoryEvent], acts: int) -> Counts:
    """Count the events of a placement's histories. `acts` is how many human acts they hold."""
    by_type: Counter[str] = Counter()
    size = retries = 0
    for event in events:
        by_type[EventType.Name(event.event_type).removeprefix("EVENT_TYPE_")] += 1
        size += event.ByteSize()
        if event.HasField("activity_task_started_event_attributes"):
            retries += event.activity_task_started_event_attributes.attempt - 1
    actions = sum(by_type[kind] * each for kind, each in ACTIONS.items()) + retries
    return Counts(acts=acts, events=by_type.total(), actions=actions, bytes=size, by_type=dict(by_type.most_common()))
