"""Names that processes share at Temporal: workflow ids and types, task queues, the one activity.

Ids are opaque; nothing here or in them says who a person is.
"""

import hashlib

from schemas.base import LifecycleName

LIFECYCLE_QUEUE = "journeywork-lifecycle"
EFFECTS_QUEUE = "journeywork-effects"
CARRY_OUT = "carry_out"
SEVERAL = "several"
"""The Update that brings several acts; an act that comes alone has an Update named after its command."""

LONGEST_ID = 80
"""Characters of an `Id`."""

WORKFLOW_TYPES: dict[LifecycleName, str] = {
    "placement": "PlacementWorkflow",
    "opportunity": "OpportunityWorkflow",
    "partnership": "PartnershipWorkflow",
    "incident": "IncidentWorkflow",
}


def workflow_id(lifecycle: LifecycleName, id_: str) -> str:
    """The workflow id of one lifecycle: `placement/pl-1`."""
    return f"{lifecycle}/{id_}"


def partnership_of(host_id: str) -> str:
    """The id of a host's partnership: `par-hst-4001`. There is one for each host, so nobody needs to look it up."""
    id_ = f"par-{host_id}"
    return id_ if len(id_) <= LONGEST_ID else f"par-{hashlib.sha256(host_id.encode()).hexdigest()[:40]}"


def update_id(source: str, event_id: str) -> str:
    """The Update id of one incoming event: the same event always gives the same id."""
    return hashlib.sha256(f"{source}\0{event_id}".encode()).hexdigest()[:32]
