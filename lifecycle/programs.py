"""What only a calendar can tell about a program: deadlines that collide or never come, on sample cases."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from lifecycle.deadlines import BREATH, SHORT_BREATH
from lifecycle.placement_facts import TABLE
from lifecycle.program_samples import LONGEST, MONDAY, Sample, samples, without_holidays
from lifecycle.waiting import notice_day
from schemas.asks import Ask
from schemas.checks import Finding, Place
from schemas.offsets import Anchor
from schemas.program_kinds import GATES, RENEWS, STAGE_KINDS
from schemas.programs import Program
from schemas.vocabulary import RequestKind as K

ROUTINE = frozenset({K.BASELINE_EVALUATION, K.MIDPOINT_EVALUATION, K.CHECK_IN, K.HOURS, K.SITE_VISIT})
"""What a placement too short for it is not asked; that is no mistake."""

COUNTS_FROM = {
    K.FIRST_DAY: "opens: start",
    K.MIDPOINT_EVALUATION: "opens: middle",
    K.FINAL_EVALUATION: "opens: end - 5bd",
    K.SELF_ASSESSMENT: "opens: end - 5bd",
    K.DELIVERABLE: "opens: end - 5bd",
}
"""What would be asked too early without `opens`."""


def problems(program: Program) -> tuple[Finding, ...]:
    """Everything in a valid program that cannot work by the calendar, placed below the program; nothing is good."""
    plain = without_holidays(program)
    found: list[Finding] = []
    for number, stage in enumerate(plain.stages):
        for at, ask in enumerate(stage.asks):
            tried = samples(plain, ask)
            told: dict[Place, str] = {}
            for place, message in (*_in_every(tried), *_never_given(plain, ask), *_in_some(tried)):
                told.setdefault(place, message)
            found += [Finding(("stages", number, "asks", at, *place), message) for place, message in told.items()]
    return (*_notices(plain), *found)


def _notices(program: Program) -> Iterator[Finding]:
    """Two messages that say the same on the same morning."""
    days: dict[tuple[str, object], str] = {}
    for number, notice in enumerate(program.notices):
        day = notice_day(program.calendar, MONDAY, notice.at)
        before = days.setdefault((notice.message, day), notice.at)
        if number and before != notice.at:
            yield Finding(
                ("notices", number, "at"),
                f"'{notice.at}' is the same morning as '{before}' before a start on a Monday; leave one out",
            )


def _never_given(program: Program, ask: Ask) -> Iterator[Finding]:
    """An ask about another one that comes only when this one's time is over."""
    about = program.by_id.get(ask.given or "")
    if about is None or program.lifecycle != "placement":
        return
    here, there = TABLE.places(ask.kind)[0], TABLE.places(about.kind)[0]
    if not any(state in here or here & TABLE.later[state] for state in there):
        yield Finding(("given",), f"'{about.id}' comes later than {ask.kind}, which would never be asked")


def _left_out(sample: Sample) -> bool:
    """Whether the last day comes before this routine ask."""
    return sample.ask.kind in ROUTINE and sample.opens is not None and sample.opened > sample.end


def _in_some(tried: list[Sample]) -> Iterator[Finding]:
    """What is wrong in at least one sample; the sample is named unless it is wrong in all that come to the ask."""
    asked = [sample for sample in tried if not _left_out(sample)]
    found = [(sample, finding) for sample in asked for finding in _in_one(sample)]
    often = Counter(finding.place for _, finding in found)
    for sample, (place, message) in found:
        yield Finding(place, message.replace(f" {sample.when}", "") if often[place] >= len(asked) else message)


def _in_every(tried: list[Sample]) -> Iterator[Finding]:
    """What does not depend on the days, or is wrong whatever they are."""
    ask = tried[0].ask
    if ask.opens is None and ask.kind in COUNTS_FROM:
        yield Finding(
            (), f"{ask.kind} needs 'opens', such as {COUNTS_FROM[ask.kind]}; without it, it is asked too early"
        )
    if all(_left_out(sample) for sample in tried):
        yield Finding(("opens",), f"'{ask.opens}' never comes, even in {LONGEST}; open it before the last day")
    elif ask.repeat is not None and ask.repeat.times == 1:
        yield Finding(("repeat", "times"), "1 repeats nothing; write at least 2, or leave out 'repeat'")
    elif ask.repeat is not None:
        second = [sample.opened + timedelta(weeks=ask.repeat.weeks) for sample in tried]
        if all(day > sample.end for day, sample in zip(second, tried, strict=True)):
            yield Finding(
                ("repeat", "weeks"), f"{ask.repeat.weeks} weeks never pass before the last day, even of {LONGEST}"
            )


def _in_one(sample: Sample) -> Iterator[Finding]:
    """What is wrong in one sample."""
    yield from _opening(sample)
    yield from _due(sample)
    yield from _ladder(sample)
    yield from _close(sample)


def _opening(sample: Sample) -> Iterator[Finding]:
    ask, opens = sample.ask, sample.opens
    if opens is None:
        return
    text, place, kind = f"'{ask.opens}'", ("opens",), ask.kind
    if kind in STAGE_KINDS["matching"] and opens > sample.start:
        yield Finding(place, f"{text} is after the first day {sample.when}; nobody is matched by then")
    if kind in GATES and opens > sample.start:
        after = f"nobody starts before {kind} is answered" if ask.blocks else "a placement may have moved on by then"
        yield Finding(place, f"{text} is after the first day {sample.when}; {after}")
    if kind is K.FIRST_DAY and opens < sample.start:
        yield Finding(place, f"{text} is before the first day {sample.when}; write start")
    if kind is K.FIRST_DAY and opens > sample.end:
        yield Finding(place, f"{text} is after the last day {sample.when}; write start")
    if kind in (K.SELF_ASSESSMENT, K.DELIVERABLE) and not ask.blocks and opens > sample.end:
        yield Finding(place, f"{text} is after the last day {sample.when}; a placement may have moved on by then")
    if kind in RENEWS and ask.opens is not None and ask.opens.distance > 0:
        yield Finding(place, f"{text} is after the document has expired; write expires - 30d")


def _due(sample: Sample) -> Iterator[Finding]:
    opens = sample.opened if sample.ask.due.anchor is Anchor.OPENED else sample.opens
    if opens is not None and sample.due < opens:
        yield Finding(("due",), f"'{sample.ask.due}' is before the request opens {sample.when}; make it due later")


def _ladder(sample: Sample) -> Iterator[Finding]:
    ladder, steps = sample.ask.ladder, sample.times.steps
    for number, at in enumerate(steps):
        place, text = ("ladder", number, "at"), f"'{ladder[number].at}'"
        if at < sample.opened_at and (sample.known or ladder[number].at.anchor is Anchor.OPENED):
            yield Finding(place, f"{text} is before the request opens {sample.when}; nobody is asked yet")
        elif at > sample.times.closes_at >= sample.times.due_at:
            yield Finding(
                place,
                f"{text} is after the request ends ('close: {sample.ask.close}') {sample.when}; "
                "write it earlier, or close later",
            )
    for number, (before, at) in enumerate(pairwise(steps), start=1):
        if at < before:
            yield Finding(
                ("ladder", number, "at"),
                f"'{ladder[number].at}' comes before the step above it, '{ladder[number - 1].at}', {sample.when}; "
                "write the steps in the order in which they happen",
            )


def _close(sample: Sample) -> Iterator[Finding]:
    text, times = f"'{sample.ask.close}'", sample.times
    last = max(times.steps, default=None)
    if times.closes_at < times.due_at:
        yield Finding(("close",), f"{text} is before it is due {sample.when}; write due or later")
    elif last is None or last > times.closes_at:
        return
    elif sample.ask.by_the_clock and times.closes_at < last + SHORT_BREATH:
        yield Finding(("close",), f"{text} is the moment of the last step; leave an hour or more to answer")
    elif not sample.ask.by_the_clock and times.closes_at < last + BREATH:
        yield Finding(("close",), f"{text} is on the day of the last step {sample.when}; leave a day or more to answer")
    elif sample.notice_after_last_ask and times.closes_at.date() < sample.notice_after_last_ask:
        yield Finding(
            ("close",),
            f"{text} leaves the person asked last less than the program's notice {sample.when}; write a later end",
        )
