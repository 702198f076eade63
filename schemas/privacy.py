"""What is held about one person, and what erasing them does."""

from typing import Any, Literal

from pydantic import AwareDatetime, Field

from schemas.base import Frozen, Id, LifecycleName, Text
from schemas.directory import Personal

Done = Literal["deleted", "emptied", "searched"]


class Changed(Frozen):
    """What erasing does to one table: rows deleted or emptied, or words in which a name is taken out."""

    table: str = Field(examples=["submissions"])
    done: Done
    rows: int


class Stays(Frozen):
    """Rows of one table that stay under the person's id, and why."""

    table: str = Field(examples=["lifecycle_events"])
    rows: int
    why: str


class AskedOf(Frozen):
    """A lifecycle that has not ended and in which the person has a part."""

    lifecycle: LifecycleName
    id: str
    state: str
    part: str = Field(description="the part that the person has in it", examples=["worksite_supervisor"])
    awaited: bool = Field(description="whether an answer of theirs is awaited; the next person is asked then")


class Hold(Frozen):
    """Why what is held about somebody must be kept for now."""

    reason: str
    asked_by: str
    at: AwareDatetime


class Erasure(Frozen):
    """What erasing a person does, or did.

    `open`: placements and incidents of the person's own that have not ended, which stand in the way; `asked`: others in
    which the person has a part, which go on without. `also`: guardians of this learner and of nobody else, erased too.
    """

    person_id: str
    erased_at: AwareDatetime | None = Field(description="when it was done; null: not yet")
    before: bool = Field(default=False, description="whether the person had been erased before")
    also: tuple[str, ...] = ()
    changes: tuple[Changed, ...] = ()
    stays: tuple[Stays, ...] = ()
    open: tuple[AskedOf, ...] = ()
    asked: tuple[AskedOf, ...] = ()
    withdrawn: tuple[str, ...] = ()
    hold: Hold | None = None


class Erased(Frozen):
    """That somebody was erased: when, on whose word and why. It names nobody, and is kept outside of backups."""

    person_id: Id
    at: AwareDatetime
    asked_by: str
    reason: str


class EraseOrder(Frozen):
    """An order to erase a person."""

    reason: Text = Field(description="why, for the audit; no name", examples=["asked for by the guardian, form 12"])
    asked_by: Id | None = Field(
        default=None, description="the id of whoever answers for it; left out: the key's", examples=["dir-1"]
    )
    withdraw: bool = Field(default=False, description="whether to withdraw the person's open placements first")


class HoldOrder(Frozen):
    """An order to keep what is held about a person, whatever is asked."""

    reason: Text = Field(description="why, for the audit; no name", examples=["case 12, district court"])
    asked_by: Id | None = Field(default=None, description="the id of whoever answers for it; left out: the key's")


class HeldAbout(Personal):
    """Everything that is held about one person, table by table, each value under its name."""

    person_id: str
    at: AwareDatetime
    erased_at: AwareDatetime | None
    tables: dict[str, list[dict[str, Any]]]
