"""What a program file must fit besides itself: the calendar, the forms, other programs, rule packs and people."""

from collections.abc import Iterator
from typing import Self

from pydantic import model_validator

from catalog.form_catalog import UnknownFormError, pinned
from catalog.program_catalog import all_programs
from catalog.rule_catalog import all_packs
from lifecycle import opportunity, partnership, placement
from lifecycle.programs import problems
from schemas.asks import Ask
from schemas.checks import Finding, Place, meant, refuse_if_any
from schemas.form_fields import ChoiceField, DateField
from schemas.forms import FormDefinition
from schemas.program_kinds import RENEWS
from schemas.programs import Program, a
from schemas.vocabulary import RequestKind, Role

LAST_DAY = "valid_until"
"""The field of a form that says until when what is handed in is good."""

DECISIONS = {**placement.DECISIONS, **opportunity.DECISIONS, **partnership.DECISIONS}
"""The decisions each kind may be answered by, where the lifecycle moves by them."""

LEADS_TO = {
    (RequestKind.APPLICATION_REVIEW, "interview"): RequestKind.INTERVIEW,
    (RequestKind.APPLICATION_REVIEW, "under_review"): RequestKind.APPLICATION_DECISION,
    (RequestKind.APPLICATION_DECISION, "interview"): RequestKind.INTERVIEW,
}
"""The decisions after which another kind is asked, without which the lifecycle would stand still."""


NOBODY: dict[str, frozenset[Role]] = {
    "placement": frozenset(),
    "incident": frozenset(),
    "opportunity": frozenset({Role.GUARDIAN}),
    "partnership": frozenset({Role.STUDENT, Role.EDUCATOR, Role.GUARDIAN}),
}
"""Roles that no one has in a lifecycle."""


class UsableProgram(Program):
    """A program that also works by the calendar and with the forms of the catalogue."""

    @model_validator(mode="after")
    def _works(self) -> Self:
        refuse_if_any((*problems(self), *_form_problems(self), *_named(self), *_unheld(self)))
        return self


def _form_problems(program: Program) -> Iterator[Finding]:
    for number, stage in enumerate(program.stages):
        for at, ask in enumerate(stage.asks):
            place = ("stages", number, "asks", at)
            try:
                form = pinned(ask.form)
            except UnknownFormError as error:
                yield Finding((*place, "form"), str(error).removeprefix("form: "))
                continue
            for finding in (*_decision(program, ask, form), *_last_day(program, ask, form), *_raters(ask, form)):
                yield Finding((*place, *finding.place), finding.message)


def _decision(program: Program, ask: Ask, form: FormDefinition) -> Iterator[Finding]:
    """A form that moves the lifecycle must come back with a decision it knows, and that leads somewhere."""
    known = DECISIONS.get(ask.kind)
    if known is None:
        return
    codes = next((one.codes for one in form.fields if isinstance(one, ChoiceField) and one.name == form.decision), ())
    if not codes:
        yield Finding(
            ("form",), f"{form.pin} has no `decision`; {ask.kind} is answered by {' or '.join(sorted(known))}"
        )
    for code in codes:
        if code not in known:
            yield Finding(
                ("form",),
                f"{form.pin} can decide `{code}`, which {ask.kind} does not know{meant(code, sorted(known))}",
            )
        next_kind = LEADS_TO.get((ask.kind, code))
        if next_kind is not None and not program.of_kind(next_kind):
            yield Finding(
                ("form",),
                f"{form.pin} can decide `{code}`, and then nobody is asked; add an ask of kind {next_kind}, "
                "or pin another form",
            )


def _last_day(program: Program, ask: Ask, form: FormDefinition) -> Iterator[Finding]:
    """What is to be renewed must come back with its last day, or the renewal is never asked."""
    renewed = any(one.given == ask.id for one in program.renewals)
    if not renewed and ask.kind not in RENEWS:
        return
    if not any(isinstance(one, DateField) and one.name == LAST_DAY for one in form.fields):
        why = "this is a renewal" if ask.kind in RENEWS else "another ask renews it"
        yield Finding(("form",), f"{form.pin} has no date field `{LAST_DAY}`, and {why}; pin a form that has one")


def _raters(ask: Ask, form: FormDefinition) -> Iterator[Finding]:
    for place, role in _reached(ask):
        if not form.may_answer(role):
            yield Finding(place, f"{form.pin} may not be answered by {role}; ask another role or pin another form")


def _reached(ask: Ask) -> Iterator[tuple[Place, Role]]:
    """Every role that may come to answer, with its place in the ask."""
    for at, signer in enumerate(ask.of):
        yield ("of", at), signer.role
    for at, step in enumerate(ask.ladder):
        if step.then == "ask" and step.who is not None:
            yield ("ladder", at, "who"), step.who


def _named(program: Program) -> Iterator[Finding]:
    """Other programs and rule packs that a program names must be there."""
    for name, lifecycle in (("development", "opportunity"), ("incidents", "incident")):
        named = getattr(program, name)
        known = sorted(one.id for one in all_programs().values() if one.lifecycle == lifecycle)
        if named is not None and named not in known:
            yield Finding((name,), f"there is no program `{named}` for {a(lifecycle)}{meant(named, known)}")
    pins = sorted(pack.pin for pack in all_packs())
    for at, pin in enumerate(program.rules):
        if pin not in pins:
            yield Finding(("rules", at), f"there is no rule pack `{pin}`{meant(pin, pins)}")


def _unheld(program: Program) -> Iterator[Finding]:
    """A role that nobody can hold where it is asked."""
    asked = {signer.role for ask in program.asks for signer in ask.of}
    for number, stage in enumerate(program.stages):
        for at, ask in enumerate(stage.asks):
            for place, role in _reached(ask):
                chain = _stands_in(program, role)
                if not chain - NOBODY[program.lifecycle]:
                    message = f"nobody is the {role} of {a(program.lifecycle)}; ask another role, or name a stand-in"
                    yield Finding(("stages", number, "asks", at, *place), message)
                elif role is Role.EDUCATOR and Role.STUDENT in asked - chain:
                    message = "a learner is either the student or the educator, and this program asks both; ask one"
                    yield Finding(("stages", number, "asks", at, *place), message)


def _stands_in(program: Program, role: Role) -> set[Role]:
    """A role and whoever stands in for it."""
    chain, then = {role}, program.stand_ins.get(role)
    while then is not None and then not in chain:
        chain.add(then)
        then = program.stand_ins.get(then)
    return chain
