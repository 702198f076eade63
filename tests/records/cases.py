"""Partnerships, opportunities and incidents that ask somebody for a form, as their lifecycles would tell them."""

from typing import Any

from schemas.acts import Batch, By, Fact
from schemas.base import LifecycleName
from schemas.clock import EPOCH
from tests.records.lives import NOON

REQUEST: dict[str, Any] = {
    "id": "confirmation",
    "kind": "host_confirmation",
    "form": "host-confirmation@2026.1",
    "role": "site_contact",
    "person_id": "ws-1",
    "state": "open",
    "opens_at": NOON,
    "due_at": "2027-06-25T21:00:00Z",
    "closes_at": "2027-07-05T21:00:00Z",
    "holders": ["ws-1"],
    "asked": [{"at": NOON, "how": "opened", "person_id": "ws-1", "role": "site_contact"}],
}
EVERY: dict[str, Any] = {
    "state": "active",
    "program": "boston-summer-internship",
    "program_version": "2026.1",
    "time_zone": "America/New_York",
    "link_days": 30,
    "speed": 1,
    "program_epoch": EPOCH,
    "real_epoch": EPOCH,
    "team": {"site_contact": "ws-1", "career_specialist": "cs-1"},
    "requests": [REQUEST],
    "awaiting": ["site_contact"],
    "next_due_at": "2027-06-25T21:00:00Z",
    "overdue": False,
    "story": "Somebody is asked.",
    "reason": None,
    "outcome": None,
}
OWN: dict[LifecycleName, dict[str, Any]] = {
    "partnership": {
        "id": "par-host-1",
        "host_id": "host-1",
        "start": "2027-01-04",
        "end": "2029-06-30",
        "may_host": True,
    },
    "opportunity": {
        "id": "op-1",
        "state": "open",
        "host_id": "host-1",
        "start": "2027-07-06",
        "end": "2027-08-13",
        "seats": 2,
        "free": 2,
        "held": [],
    },
    "incident": {
        "id": "inc-1",
        "placement_id": "pl-1",
        "learner_id": "st-1",
        "host_id": "host-1",
        "severity": "high",
        "state": "open",
    },
}


def case(lifecycle: LifecycleName, *, seq: int = 1, **changes: Any) -> Batch:
    """What a lifecycle hands over once it has asked: one fact, and the view after it."""
    view = {**EVERY, **OWN[lifecycle], **changes}
    fact = Fact(
        lifecycle=lifecycle,
        id=view["id"],
        epoch=1,
        seq=seq,
        type="request.opened",
        at=NOON,
        by=By(kind="time"),
        data={"request_id": "confirmation"},
    )
    return Batch.model_validate(
        Batch(lifecycle=lifecycle, id=view["id"], epoch=1, seq=seq, facts=(fact,), view=view).model_dump(mode="json")
    )
