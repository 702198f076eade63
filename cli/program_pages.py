"""A page for each program of the catalogue that a coordinator can read: what is asked of whom, when, and then what.

`cli.docs` writes them into docs/programs; nothing in them is written by hand.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from catalog.form_catalog import pinned
from catalog.program_catalog import FOLDER, all_programs
from cli.program_words import asked_when, counted, listed, moment, role, silence, spelled, title, waits_for, whom
from schemas.asks import Ask, LadderStep
from schemas.offsets import Moment
from schemas.programs import Notice, Program, Stage
from schemas.vocabulary import RequestKind

PAGES = Path(__file__).parents[1] / "docs" / "programs"
NOTICES = {
    "placement_starts_reminder": "when and where the first day is",
    "preparation_missing_reminder": "what is still missing; only while something is",
    "placement_blocked_warning": "not to begin yet; only while something is missing",
}
STAGES = {"follow_up": "After the end", "hosting": "As a host"}
"""Headings of stages that are not the stage's own name, because an ask is called so."""


def pages() -> dict[Path, str]:
    """Every page by its path."""
    programs = all_programs()
    return {
        PAGES / "README.md": _index(programs.values()),
        **{PAGES / f"{id_}.md": page(program, FOLDER / f"{id_}.yaml") for id_, program in programs.items()},
    }


def _index(programs: Iterable[Program]) -> str:
    rows = [
        f"| [{one.title}]({one.id}.md) | {spelled(one.program_kind or one.lifecycle)} | {listed(_laws(one)) or '-'} "
        f"| {len(one.asks)} |"
        for one in programs
    ]
    return "\n".join(
        (
            "# The programs that come with it",
            "",
            "Each page says in plain words what a program asks of whom, when, and what happens if nobody answers. It",
            "is made from the file of the same name in `catalog/programs`; copy that file and change it to make your",
            "own: [how to write a program](../reference/programs.md).",
            "",
            "| program | kind | law | asks |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        )
    )


def page(program: Program, file: Path) -> str:
    """The page about one program, which was read from `file`."""
    parts = [
        f"# {program.title}",
        f"<!-- made from {file.name}: python -m cli.docs -->\n{_about(file)}",
        "\n".join(_facts(program)),
        f"On real days: `./journeywork programs preview catalog/programs/{file.name}`.",
        "## At a glance",
        "\n".join(_glance(program)),
    ]
    for stage in program.stages:
        parts += [f"## {STAGES.get(stage.id, stage.id.capitalize())}", *_stage(program, stage)]
    if program.notices:
        parts += ["## Messages that ask nothing", "\n".join(_notice(one) for one in program.notices)]
    parts += ["## Days off", _days_off(program)]
    return "\n\n".join(parts) + "\n"


def _about(file: Path) -> str:
    """The comment at the head of the file, but for what it says about its own notation."""
    lines = file.read_text(encoding="utf-8").splitlines()[1:]
    head = [
        line.removeprefix("#").strip() for line in lines[: next(n for n, one in enumerate(lines) if one[:1] != "#")]
    ]
    return "\n".join(head).split("How to read a moment")[0].strip()


def _laws(program: Program) -> list[str]:
    return [f"`{pin}`" for pin in program.rules] if program.rules else []


def _facts(program: Program) -> Iterator[str]:
    yield f"- Program `{program.id}`, version {program.version}."
    if program.ceds_type and program.continuum:
        kind = f"{spelled(program.program_kind)}, " if program.program_kind else ""
        yield f"- Kind: {kind}CEDS 001499 `{program.ceds_type}`; on the continuum: {program.continuum}."
    if program.rules:
        packs = listed(_laws(program))
        page_of_law = "[Youth employment](../reference/youth-employment.md)"
        yield f"- Law: shifts and hours are held against {packs}; see {page_of_law}."
    if all(ask.by_the_clock for ask in program.asks):
        yield "- Everything is counted in hours of the clock, at night and on Sundays too."
        yield f"- A mailed link works for {counted(program.link_days, 'day', 'days')}."
    else:
        yield from _rhythm(program)
    if program.lifecycle == "placement":
        full = "the learner waits in line" if program.waitlist else "the placement ends as rejected"
        yield f"- When no seat is free, {full}."
        yield from _patience(program)
    if program.blocked_tells:
        yield f"- When the first day comes and preparation is not done, the {role(program.blocked_tells)} is told."
    if program.permits_by_law:
        yield "- A work permit also ends when the law says so, and its renewal is asked by that day."
    yield from _partnership(program)
    yield from _others(program)
    for one, other in program.stand_ins.items():
        yield f"- Where nobody is the {role(one)}, the {role(other)} stands in."


def _patience(program: Program) -> Iterator[str]:
    borne, kinds = program.patience, {ask.kind for ask in program.asks}
    decided = counted(borne.undecided_days, "business day", "business days")
    yield f"- A halt whose end nobody named is decided after {decided}."
    if RequestKind.SUPERVISOR_CHECK in kinds:
        unanswered = counted(borne.unanswered, "request", "requests")
        yield f"- When the worksite supervisor left {unanswered} unanswered, somebody looks whether that one is there."
    if program.rules:
        broken = counted(borne.violations, "broken limit", "broken limits")
        yield f"- The work stops at {broken} of the law in logged hours."


def _rhythm(program: Program) -> Iterator[str]:
    calendar = program.calendar
    yield (
        f"- Messages go out at {calendar.asks_at} and a due day ends at {calendar.due_at}, "
        f"`{calendar.time_zone}` time. A business day is Monday to Friday without the days off below."
    )
    yield (
        f"- Whoever is asked late has {counted(program.notice, 'business day', 'business days')} at least; "
        f"a mailed link works for {counted(program.link_days, 'day', 'days')}."
    )


def _partnership(program: Program) -> Iterator[str]:
    silent = program.silence
    if silent is not None:
        tries = (
            f", if {counted(silent.contacts, 'contact was', 'contacts were')} not answered" if silent.contacts else ""
        )
        again = f"; it is called again every {silent.recall_days} days" if silent.recall_days else ""
        yield (
            f"- A host that says nothing is called after {silent.call_days} days and counts as dormant after "
            f"{silent.dormant_days}{tries}{again}."
        )
    if program.thanks_days:
        yield f"- A host is thanked, and asked to host again, at most once in {program.thanks_days} days."


def _others(program: Program) -> Iterator[str]:
    for name, what in (("development", "Opportunities are developed"), ("incidents", "Incidents are met")):
        other = all_programs().get(getattr(program, name) or "")
        if other is not None:
            yield f"- {what} by [{other.title}]({other.id}.md)."


def _glance(program: Program) -> Iterator[str]:
    yield "| asked | of | when | due | ends |"
    yield "| --- | --- | --- | --- | --- |"
    for ask in program.asks:
        link = f"[{title(program, ask)}](#{_anchor(title(program, ask))})"
        when = asked_when(program, ask)
        yield f"| {link} | {whom(ask)} | {when} | {_said(ask, ask.due)} | {_said(ask, ask.close)} |"


def _said(ask: Ask, at: Moment) -> str:
    return moment(at, by_the_clock=ask.by_the_clock)


def _anchor(heading: str) -> str:
    kept = "".join(one for one in heading.lower() if one.isalnum() or one in " -")
    return kept.replace(" ", "-")


def _stage(program: Program, stage: Stage) -> Iterator[str]:
    for ask in stage.asks:
        yield f"### {title(program, ask)}"
        yield _asked(program, ask)
        yield "\n".join(("If nobody answers:", "", *_ladder(program, ask)))


def _asked(program: Program, ask: Ask) -> str:
    form = pinned(ask.form)
    each = " Each has a form of their own." if len(ask.of) > 1 else ""
    waits = f" The {program.lifecycle} waits for it." if waits_for(ask) else ""
    return (
        f"Asked of the {whom(ask)}: {asked_when(program, ask)}. Due {_said(ask, ask.due)}.{each}{waits}\n\n"
        f"Form: *{form.title.en}*, about {counted(form.minutes, 'minute', 'minutes')}."
    )


def _ladder(program: Program, ask: Ask) -> Iterator[str]:
    for step in ask.ladder:
        yield f"- {_said(ask, step.at)}: {_step(step)}"
    yield f"- {_said(ask, ask.close)}: it ends as not provided. {silence(program, ask)}"


def _step(step: LadderStep) -> str:
    if step.who is None:
        return "a reminder to whoever was asked last"
    return f"the {role(step.who)} is asked too" if step.then == "ask" else f"the {role(step.who)} is told"


def _notice(notice: Notice) -> str:
    when, whom_to = moment(notice.at), listed([role(one) for one in notice.to])
    return f"- {when[0].upper()}{when[1:]}, to the {whom_to}: {NOTICES[notice.message]}."


def _days_off(program: Program) -> str:
    days = sorted(program.calendar.holidays)
    if not days:
        return "None."
    years = sorted({day.year for day in days})
    lines = [f"- {year}: {', '.join(f'{day:%a %-d %b}' for day in days if day.year == year)}" for year in years]
    return "\n".join(lines)
