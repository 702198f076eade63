"""What outsiders see of a placement or an opportunity: the JSON of the read API and of the snapshots in Postgres."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime

from schemas.base import Frozen
from schemas.placement import Asked
from schemas.vocabulary import OpportunityState, PlacementState, RequestKind, Role, SeatState


class RequestView(Frozen):
    """One request with its deadlines (aware, UTC, on the program's clock). `upcoming` ones are not asked yet."""

    id: str
    kind: RequestKind
    form: str
    role: Role
    person_id: str | None
    state: Literal["upcoming", "open", "submitted", "withdrawn", "not_provided"]
    opens_at: AwareDatetime | None
    due_at: AwareDatetime | None
    closes_at: AwareDatetime | None
    overdue: bool = False
    blocks: bool = True
    number: int = 1
    holders: tuple[str, ...] = ()
    submission_id: str | None = None
    asked: tuple[Asked, ...] = ()


class PlacementView(Frozen):
    """A placement as the read API shows it. `outcome` is the terminal state's code once it has ended."""

    id: str
    state: PlacementState
    program: str
    program_version: str
    time_zone: str
    link_days: int
    speed: float
    program_epoch: AwareDatetime
    real_epoch: AwareDatetime
    learner_id: str
    opportunity_id: str
    host_id: str
    start: date
    end: date
    minor: bool
    team: dict[Role, str]
    seat: SeatState
    requests: tuple[RequestView, ...]
    awaiting: tuple[str, ...]
    next_due_at: AwareDatetime | None
    overdue: bool
    story: str
    reason: str | None
    outcome: PlacementState | None


class OpportunityView(Frozen):
    """An opportunity as the read API shows it."""

    id: str
    state: OpportunityState
    host_id: str
    program: str
    start: date
    end: date
    seats: int
    free: int
    held: tuple[str, ...]
    story: str
