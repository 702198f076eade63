"""How long each kind of data is kept, as data."""

from typing import Annotated

from pydantic import Field

from schemas.base import Frozen

Days = Annotated[int, Field(ge=1, le=36500, description="days")]
PER_PROGRAM = ("scans", "answers", "staff_notes", "messages")


class ProgramRetention(Frozen):
    """Where one program's schedule differs. Counted in days from when a matter was over."""

    scans: Days | None = None
    answers: Days | None = None
    staff_notes: Days | None = None
    messages: Days | None = None


class Retention(Frozen):
    """Days that each kind of data is kept; none is kept for ever."""

    drafts: Days
    unsent_scans: Days
    sign_ins: Days
    links: Days
    inbox: Days
    import_files: Days
    import_reports: Days
    scans: Days
    answers: Days
    staff_notes: Days
    messages: Days
    learners: Days
    programs: dict[str, ProgramRetention] = Field(default_factory=dict[str, ProgramRetention])

    def days(self, kind: str, program: str | None = None) -> int:
        """How long a kind is kept, by a program's own schedule if it has one."""
        own = getattr(self.programs.get(program or ""), kind, None)
        return own if own is not None else getattr(self, kind)


class Passed(Frozen):
    """What one kind of data lost; `program` where its schedule is a program's own."""

    kind: str
    program: str | None = None
    days: int
    rows: int
