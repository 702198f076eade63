"""The hours of a week as a form asks for them, turned into stretches of work.

For each day the form has `mon_start`, `mon_end`, `mon_break` (minutes) to `sun_break`: a section whose skills are `mon`
to `sun`. `mon_supervised`, or `supervised` for the whole week, says `yes` or `no` to an adult's direct supervision.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from lifecycle.calendars import DAY, instant
from lifecycle.forms import Answer
from schemas.incoming_work import LONGEST_BREAK, WorkedStretch

WEEK_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def worked_stretches(answers: Mapping[str, Answer], *, week_of: date, time_zone: str) -> tuple[WorkedStretch, ...]:
    """The work of the seven days from `week_of`, whatever weekday that is. `answers` are typed and checked.

    An end that is not after the start on the clock is on the next day. A day without both times, or whose break is as
    long as the stretch, was not worked on.
    """
    return tuple(_stretches(answers, week_of, time_zone))


def _stretches(answers: Mapping[str, Answer], week_of: date, time_zone: str) -> Iterator[WorkedStretch]:
    for number in range(len(WEEK_DAYS)):
        day = week_of + DAY * number
        name = WEEK_DAYS[day.weekday()]
        start, end = answers.get(f"{name}_start"), answers.get(f"{name}_end")
        if not isinstance(start, str) or not isinstance(end, str):
            continue
        begins = instant(time_zone, day, start)
        ends = min(instant(time_zone, day if end > start else day + DAY, end), begins + DAY)
        pause = _minutes(answers.get(f"{name}_break"))
        if ends - begins > timedelta(minutes=pause):
            yield WorkedStretch(
                day=day,
                start=begins,
                end=ends,
                break_minutes=pause,
                adult_supervision=_yes(answers.get(f"{name}_supervised", answers.get("supervised"))),
            )


def _minutes(answer: Answer) -> int:
    return min(int(float(answer)), LONGEST_BREAK) if isinstance(answer, (int, str)) and answer else 0


def _yes(answer: Answer) -> bool | None:
    return answer in {True, "yes"} if answer is not None else None
