"""Names that processes share at Temporal: workflow ids and types, task queues, the one activity.

Ids are opaque; nothing here or in them says who a person is.
"""

import hashlib

from schemas.base import LifecycleName

LIFECYCLE_QUEUE = "journeywork-lifecycle"
EFFECTS_QUEUE = "journeywork-effects"
CARRY_OUT = "carry_out"

WORKFLOW_TYPES: dict[LifecycleName, str] = {
    "placement": "PlacementWorkflow",
    "opportunity": "OpportunityWorkflow",
    "partnership": "PartnershipWorkflow",
    "incident": "IncidentWorkflow",
}


def workflow_id(lifecycle: LifecycleName, id_: str) -> str:
    """The workflow id of one lifecycle: `placement/pl-1`."""
    return f"{lifecycle}/{id_}"


def update_id(source: str, event_id: str) -> str:
    """The Update id of one incoming event: the same event always gives the same id."""
    return hashlib.sha256(f"{source}\0{event_id}".encode()).hexdigest()[:32]
