"""What only a calendar can tell about a program: deadlines that collide or never come, on sample placements.

The samples last a working week, six weeks and fifteen. They start on every day of the week, know no holidays, and are
in no time zone.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from lifecycle.calendars import business_days_after, instant, on_business_day
from lifecycle.deadlines import BREATH, Days, Timetable, opening_day, shift, timetable
from schemas.asks import Ask
from schemas.checks import Finding, Place
from schemas.offsets import Anchor
from schemas.placement import Placement
from schemas.programs import Program
from schemas.vocabulary import PlacementState, RequestKind

MONDAY = date(2027, 3, 1)
LENGTHS = {"5 days": 5, "6 weeks": 30, "15 weeks": 75}
"""Business days of a sample placement, first and last day included."""

LONG_BEFORE = timedelta(days=30)
"""How long before its first day a sample placement is proposed."""

MATCHED_BEFORE = (RequestKind.HOST_CONFIRMATION, RequestKind.OFFER_ACCEPTANCE, RequestKind.AGREEMENT)
ROUTINE = (RequestKind.BASELINE_EVALUATION, RequestKind.CHECK_IN)
"""What a placement too short for it is not asked; that is no mistake."""


class _Sample(NamedTuple):
    """One ask in one sample placement. `opens` and `due` are as the program writes them, not moved off weekends."""

    ask: Ask
    when: str
    start: date
    end: date
    opens: date | None
    opened: date
    due: date
    times: Timetable
    notice_after_last_ask: date | None

    @property
    def left_out(self) -> bool:
        """Whether the last day comes before this routine ask."""
        return self.ask.kind in ROUTINE and self.opens is not None and self.opened > self.end


def problems(program: Program) -> tuple[Finding, ...]:
    """Everything in a valid program that cannot work by the calendar, placed below the program; nothing is good."""
    bare = {**program.calendar.model_dump(), "time_zone": "UTC", "holidays": ()}
    plain = Program.model_validate({**program.model_dump(), "calendar": bare})
    found: list[Finding] = []
    for number, stage in enumerate(plain.stages):
        for at, ask in enumerate(stage.asks):
            samples = [
                _sample(plain, ask, what, days, weekday) for what, days in LENGTHS.items() for weekday in range(7)
            ]
            told: dict[Place, str] = {}
            for place, message in (*_in_every(samples), *_in_some(samples)):
                told.setdefault(place, message)
            found += [Finding(("stages", number, "asks", at, *place), message) for place, message in told.items()]
    return tuple(found)


def _in_some(samples: list[_Sample]) -> Iterator[Finding]:
    """What is wrong in at least one sample; the sample is named unless it is wrong in all that come to the ask."""
    asked = [sample for sample in samples if not sample.left_out]
    found = [(sample, finding) for sample in asked for finding in _in_one(sample)]
    often = Counter(finding.place for _, finding in found)
    for sample, (place, message) in found:
        yield Finding(place, message.replace(f" {sample.when}", "") if often[place] >= len(asked) else message)


def _sample(program: Program, ask: Ask, what: str, days: int, weekday: int) -> _Sample:
    calendar = program.calendar
    start = MONDAY + timedelta(days=weekday)
    end = business_days_after(calendar, on_business_day(calendar, start), days - 1)
    opens = None
    known = Days(start, end, end, end)
    anchored = known.of(ask.opens.anchor) if ask.opens is not None else None
    if ask.opens is not None and anchored is not None:
        opens = shift(calendar, anchored, ask.opens)
    opened = opening_day(program, ask, known) or on_business_day(calendar, _comes_to_it(ask, start, end))
    placement = Placement(
        id="sample",
        state=PlacementState.PROPOSED,
        program=program,
        learner_id="learner",
        opportunity_id="opportunity",
        host_id="host",
        start=start,
        end=end,
        minor=True,
        team={},
        entered_at=instant(calendar.time_zone, start - LONG_BEFORE, calendar.asks_at),
    )
    times = timetable(placement, ask, instant(calendar.time_zone, opened, calendar.asks_at))
    asks = [at for step, at in zip(ask.ladder, times.steps, strict=True) if step.then == "ask"]
    last = max(asks, default=None)
    return _Sample(
        ask=ask,
        when=f"in a placement of {what} that starts on a {start:%A}",
        start=start,
        end=end,
        opens=opens,
        opened=opened,
        due=shift(calendar, known.of(ask.due.anchor) or opened, ask.due),
        times=times,
        notice_after_last_ask=None if last is None else business_days_after(calendar, last.date(), program.notice),
    )


def _comes_to_it(ask: Ask, start: date, end: date) -> date:
    """The day on which a sample placement comes to an ask without `opens`."""
    if ask.kind in MATCHED_BEFORE:
        return start - LONG_BEFORE
    return end if ask.kind is RequestKind.SIGN_OFF else start


def _in_every(samples: list[_Sample]) -> Iterator[Finding]:
    """What does not depend on the placement's dates, or is wrong whatever they are."""
    ask = samples[0].ask
    if ask.opens is None and ask.kind in (RequestKind.FIRST_DAY, RequestKind.FINAL_EVALUATION):
        example = "start" if ask.kind is RequestKind.FIRST_DAY else "end - 5bd"
        yield Finding((), f"{ask.kind} needs 'opens', such as {example}; without it, it is asked too early")
    if all(sample.left_out for sample in samples):
        yield Finding(("opens",), f"'{ask.opens}' never comes, even in 15 weeks; open it before the last day")
    elif ask.repeat is not None and ask.repeat.times == 1:
        yield Finding(("repeat", "times"), "1 repeats nothing; write at least 2, or leave out 'repeat'")
    elif ask.repeat is not None:
        second = [sample.opened + timedelta(weeks=ask.repeat.weeks) for sample in samples]
        if all(day > sample.end for day, sample in zip(second, samples, strict=True)):
            yield Finding(
                ("repeat", "weeks"), f"{ask.repeat.weeks} weeks never pass before the last day, even of 15 weeks"
            )


def _in_one(sample: _Sample) -> Iterator[Finding]:
    """What is wrong in one sample placement."""
    yield from _opening(sample)
    yield from _due(sample)
    yield from _ladder(sample)
    yield from _close(sample)


def _opening(sample: _Sample) -> Iterator[Finding]:
    kind, opens = sample.ask.kind, sample.opens
    if opens is None:
        return
    text, place = f"'{sample.ask.opens}'", ("opens",)
    if kind is RequestKind.AGREEMENT and opens > sample.start:
        yield Finding(
            place, f"{text} is after the first day {sample.when}; nobody starts before an agreement is signed"
        )
    if kind is RequestKind.FIRST_DAY and opens < sample.start:
        yield Finding(place, f"{text} is before the first day {sample.when}; write start")
    if kind is RequestKind.FIRST_DAY and opens > sample.end:
        yield Finding(place, f"{text} is after the last day {sample.when}; write start")
    if kind is RequestKind.SELF_ASSESSMENT and opens > sample.end:
        yield Finding(place, f"{text} is after the last day {sample.when}; a placement may have moved on by then")


def _due(sample: _Sample) -> Iterator[Finding]:
    opens = sample.opened if sample.ask.due.anchor is Anchor.OPENED else sample.opens
    if opens is not None and sample.due < opens:
        yield Finding(("due",), f"'{sample.ask.due}' is before the request opens {sample.when}; make it due later")


def _ladder(sample: _Sample) -> Iterator[Finding]:
    ladder, steps = sample.ask.ladder, sample.times.steps
    known = sample.opens is not None or sample.ask.due.anchor is Anchor.OPENED
    for number, at in enumerate(steps):
        place, text = ("ladder", number, "at"), f"'{ladder[number].at}'"
        if at.date() < sample.opened and (known or ladder[number].at.anchor is Anchor.OPENED):
            yield Finding(place, f"{text} is before the request opens {sample.when}; nobody is asked yet")
        elif at > sample.times.closes_at:
            yield Finding(place, f"{text} is after the request ends ('close: {sample.ask.close}') {sample.when}")
    for number, (before, at) in enumerate(pairwise(steps), start=1):
        if at < before:
            yield Finding(
                ("ladder", number, "at"),
                f"'{ladder[number].at}' comes before the step above it, '{ladder[number - 1].at}', {sample.when}; "
                "write the steps in the order in which they happen",
            )


def _close(sample: _Sample) -> Iterator[Finding]:
    text, times = f"'{sample.ask.close}'", sample.times
    last = max(times.steps, default=None)
    if times.closes_at < times.due_at:
        yield Finding(("close",), f"{text} is before it is due {sample.when}; write due or later")
    elif last is None or last > times.closes_at:
        return
    elif times.closes_at < last + BREATH:
        yield Finding(("close",), f"{text} is on the day of the last step {sample.when}; leave a day or more to answer")
    elif sample.notice_after_last_ask and times.closes_at.date() < sample.notice_after_last_ask:
        yield Finding(
            ("close",),
            f"{text} leaves the person asked last less than the program's notice {sample.when}; close later",
        )
