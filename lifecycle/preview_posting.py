"""When the mails of a preview go out: the very same holds as on the stack, by its usual quiet hours."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lifecycle.quiet_hours import Hours, Outgoing, outgoing, wait
from lifecycle.registry import Lifecycle
from schemas.case import Case
from schemas.effects import Effect, Notify
from schemas.preview import Line

QUIET = Hours()


class Post:
    """The mails that go out at one moment, because time has come to something (`by_time`) or somebody did."""

    def __init__(self, lifecycle: Lifecycle[Any], at: datetime, *, by_time: bool) -> None:
        """Begin with none."""
        self._lifecycle, self._at, self._by_time = lifecycle, at, by_time
        self._mails: list[tuple[int, Notify]] = []

    def expect(self, lines: list[Line], first: int, effects: Iterable[Effect]) -> None:
        """The lines from `first` on are about one event; find the mail each of them tells of."""
        mails = [one for one in effects if isinstance(one, Notify)]
        for place in range(first, len(lines)):
            mail = _of(lines[place], mails)
            if mail is not None:
                self._mails.append((place, mail))

    def send(self, lines: list[Line], case: Case[Any]) -> dict[str, datetime]:
        """Write into the lines when their mails go out; `case` is as it stands when the moment is over.

        Gives the requests (by id) of which people hear only later, and when.
        """
        heard: dict[str, datetime] = {}
        may_wait = [one for one in self._mails if self._may_wait(case, one[1])]
        if not may_wait:
            return heard
        view = self._lifecycle.view(case)
        for place, mail in may_wait:
            post = outgoing(self._lifecycle.name, view, mail, by_time=self._is_by_time(mail))
            held = wait(post, view.time_zone, self._at, QUIET, view.days_off)
            if held is not None:
                lines[place] = lines[place].changed(goes_at=held.until, held=held.reason)
                if mail.request_id is not None:
                    heard[mail.request_id] = held.until
        return heard

    def _may_wait(self, case: Case[Any], mail: Notify) -> bool:
        """Whether a mail would wait if its request had no due date and no kind, which only ever make it go sooner."""
        calendar = case.program.calendar
        post = Outgoing(self._lifecycle.name, mail.message, mail.role, by_time=self._is_by_time(mail))
        return wait(post, calendar.time_zone, self._at, QUIET, calendar.holidays) is not None

    def _is_by_time(self, mail: Notify) -> bool:
        return self._by_time and mail.request_id is not None


def _of(line: Line, mails: Iterable[Notify]) -> Notify | None:
    """The mail that a line tells of: of several about one request, the one to the person whom the line names."""
    if line.how == "sent":
        return next((one for one in mails if (one.message, one.person_id) == (line.message, line.holder)), None)
    about = [one for one in mails if one.request_id is not None]
    if line.how in ("answered", "closed", "withdrawn", "overdue", "state", "said") or not about:
        return None
    return next((one for one in about if one.person_id == line.holder), about[0])
