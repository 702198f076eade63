"""Youth-employment rules as people read them: for the terminal, and for the tables of the reference page."""

from collections.abc import Callable, Iterable
from datetime import date

from catalog.rule_catalog import all_packs, figure
from schemas.rule_parts import Ages, ExemptionCode, Holding, Later, Season, clock_minutes
from schemas.rules import (
    ClockHours,
    DayHours,
    Hazard,
    MinimumAge,
    PermitNeeded,
    PermitReturned,
    Rule,
    RulePack,
    SchoolHours,
    SchoolHoursCycle,
    Supervision,
    WeekDays,
    WeekHours,
)

STANDING = {"text": "law read", "summary": "summary read", "unverified": "not verified"}
EXEMPTIONS: dict[ExemptionCode, str] = {
    "wecep": "in a Work Experience and Career Exploration Program",
    "wsp": "in a federally approved Work Study Program",
    "work_experience": "in a school-approved work-experience or cooperative course",
    "student_learner": "in a cooperative vocational program of a school",
    "apprentice": "a registered apprentice",
    "incidental_driving": "drives now and then as a small part of the job",
    "personal_attendant": "a personal attendant under California's Wage Order 15",
    "permit_49112c": "has a permit under California's Education Code 49112(c)",
    "high_school_graduate": "has finished high school",
}


def limit(rule: Rule, pack: RulePack, day: date | None = None) -> str:
    """What a rule allows, in a few words; with a day, only what can hold on it."""
    match rule:
        case MinimumAge():
            return "no work"
        case DayHours():
            return f"{rule.hours} h on {_article(rule.on)}"
        case WeekHours():
            return f"{rule.hours} h in {_article(rule.on)}"
        case WeekDays():
            return f"work on {rule.days} days of a week"
        case ClockHours():
            return "; ".join((f"{_time(rule.earliest)} to {_time(rule.latest)}", *_later(rule, pack, day)))
        case SchoolHours():
            return "not while school is in session"
        case SchoolHoursCycle():
            return f"in school hours on {rule.days} day a week, {rule.more_days} in one week of {rule.weeks}"
        case Supervision():
            spared = f", except at {_at(rule.not_at, pack)}" if rule.not_at else ""
            return f"after {_time(rule.after)} an adult supervises directly{spared}"
        case Hazard():
            return "closed: " + "; ".join(f"{pack.tasks[task].en} ({task})" for task in rule.tasks)
        case PermitNeeded():
            after = rule.lapses_days_after_opening
            lapse = "" if after is None else f"; it lapses {after} days after the next school year opens"
            return f"a work permit for each employer{lapse}"
        case PermitReturned():
            return f"the permit goes back within {rule.days} days of the end of the work"


def ages(bounds: Ages) -> str:
    """Ages as people say them: `14–15`, `under 18`."""
    if bounds.first == 0:
        return f"under {bounds.last + 1}"
    return str(bounds.first) if bounds.first == bounds.last else f"{bounds.first}–{bounds.last}"


def exceptions(rule: Rule) -> str:
    """What frees from a rule, or what it is only for; empty if nothing. The conditions are told by `EXEMPTIONS`."""
    only = f"only in {_held(rule.only_for)}" if rule.only_for is not None else ""
    unless = "not for " + ", ".join(_held(one) for one in rule.unless) if rule.unless else ""
    return "; ".join(part for part in (only, unless) if part)


def _held(one: Holding) -> str:
    return f"{one.exemption} before a {_plain(one.before)}" if one.before else one.exemption


def _plain(code: str) -> str:
    return code.replace("non_school", "non-school").replace("_", " ")


def _article(kind: str) -> str:
    return _plain(kind) if kind.startswith("any") else f"a {_plain(kind)}"


def _time(clock: str) -> str:
    return figure(clock_minutes(clock), "clock", "en")


def _later(rule: ClockHours, pack: RulePack, day: date | None) -> Iterable[str]:
    for one in rule.later:
        if day is None or one.season is None or _within(one.season, day):
            yield f"until {_time(one.latest)} {_when(one, pack)}"


def _within(season: Season, day: date) -> bool:
    first, last = season.days(day.year)
    return first <= day <= last


def _when(one: Later, pack: RulePack) -> str:
    said = [f"before a {_plain(one.before)}"] if one.before else []
    if one.season is not None:
        said.append(f"from {_year_day(one.season.first)} to {_year_day(one.season.last)}")
    if one.workplaces:
        said.append(f"at {_at(one.workplaces, pack)}")
    return " ".join(said)


def _at(workplaces: frozenset[str], pack: RulePack) -> str:
    return " or ".join(f"{pack.workplaces[one].en} ({one})" for one in sorted(workplaces))


def _year_day(text: str) -> str:
    return "Labor Day" if text == "labor_day" else f"{date.fromisoformat(f'2001-{text}'):%-d %B}"


def _exemptions() -> str:
    """Each exemption with what it needs, and by which law."""
    rows: list[str] = []
    for code, meaning in EXEMPTIONS.items():
        held = {one.citation: one for pack in all_packs() for rule in pack.rules for one in _all(rule, code)}
        needed = sorted({_plain(need) for one in held.values() for need in one.conditions})
        if age := max(one.from_age for one in held.values()):
            needed.insert(0, f"{age} years or older")
        rows.append(f"| {code} | {meaning} | {', '.join(needed) or '–'} | {'; '.join(held)} |\n")
    return "| exemption | who holds it | what must be confirmed | law |\n|---|---|---|---|\n" + "".join(rows)


def _all(rule: Rule, code: ExemptionCode) -> list[Holding]:
    holdings = (*rule.unless, *((rule.only_for,) if rule.only_for is not None else ()))
    return [one for one in holdings if one.exemption == code]


def _limits() -> str:
    return _sections(lambda rule: not isinstance(rule, Hazard))


def _hazards() -> str:
    return _sections(lambda rule: isinstance(rule, Hazard))


def _sections(wanted: Callable[[Rule], bool]) -> str:
    parts: list[str] = []
    for pack in all_packs():
        rows = [_row(rule, pack) for rule in pack.rules if wanted(rule)]
        head = "| ages | limit | exceptions | law | known from |\n|---|---|---|---|---|\n"
        parts.append(f"\n### {pack.title}\n\n{head}" + "".join(f"| {' | '.join(row)} |\n" for row in rows) + "\n")
    return "".join(parts)


def _row(rule: Rule, pack: RulePack) -> tuple[str, ...]:
    said = limit(rule, pack).removeprefix("closed: ")
    return ages(rule.ages), said, exceptions(rule), rule.citation, f"{STANDING[rule.standing]}, {rule.effective_from}"


def _packs() -> str:
    head = "| pack | version | holds in | from | reviewer | week from | a school day has at least |\n"
    rows = (
        f"| `{pack.id}` | {pack.version} | {pack.state or 'every state'} | {pack.effective_from} | {pack.reviewer} "
        f"| {pack.week_starts.capitalize()} | {pack.school_day_minutes} min |\n"
        for pack in all_packs()
    )
    return head + "|---|---|---|---|---|---|---|\n" + "".join(rows)


def _notes() -> str:
    lines: list[str] = []
    for pack in all_packs():
        lines.append(f"- `{pack.id}`, weeks: {pack.week_note}\n")
        lines += [f"- `{rule.id}`: {rule.note}\n" for rule in pack.rules if rule.note]
    return "".join(lines)


PARTS: dict[str, Callable[[], str]] = {
    "youth-packs": _packs,
    "youth-limits": _limits,
    "youth-hazards": _hazards,
    "youth-exemptions": _exemptions,
    "youth-notes": _notes,
}
"""What a marker `<!-- made: NAME -->` of the page stands for."""
