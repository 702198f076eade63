"""An act as its pages show it: what would happen to each thing it is about, and what became of it."""

from collections.abc import Mapping
from datetime import date
from functools import cache, partial
from typing import Any, NamedTuple

from catalog.console_words import console_words
from catalog.page_words import page_words
from catalog.sentences import Sentences, said_as, sentences
from gateway.console.act_kinds import ActKind, is_offered
from gateway.console.acts_desk import key_of
from gateway.console.rendering import Visit
from gateway.console.shown import short, what
from gateway.console.targets import LISTS, ROOM_OF, Target, state_names
from records.staff_acts import ActLine, StaffAct
from schemas.console import is_at_least
from schemas.form_fields import Language


class Progress(NamedTuple):
    """How much of an act is done. `stuck`: it was confirmed, but not all of it was passed on."""

    all: int
    done: int
    refused: int
    waiting: int
    stuck: bool


class ShownLine(NamedTuple):
    """One line: what it is about, where that is shown, what will happen or why not, and what became of it."""

    href: str | None
    name: str
    about: str
    will: tuple[str, ...]
    why_not: str | None
    status: str
    told: str


def progress_of(act: StaffAct) -> Progress:
    """How far a confirmed act is."""
    meant = [one for one in act.lines if one.why_not is None]
    done = sum(one.status == "applied" for one in meant)
    refused = sum(one.status == "refused" for one in meant)
    stuck = any(one.status is None for one in meant)
    return Progress(len(meant), done, refused, len(meant) - done - refused, stuck)


def view_of(visit: Visit, act: StaffAct, targets: Mapping[str, Target]) -> dict[str, Any]:
    """What the pages of an act say."""
    words = visit.words.acts.get(act.act)
    lines = [_line(visit, one, targets.get(key_of(one))) for one in act.lines]
    return {
        "title": words.name if words else act.act,
        "act": act,
        "does": words.does if words else "",
        "can": [one for one in lines if one.why_not is None],
        "cannot": [one for one in lines if one.why_not is not None],
        "back": LISTS[ROOM_OF[act.lines[0].lifecycle if act.lines else "placement"]],
        "mine": act.person_id == visit.staff.person_id,
    }


def _line(visit: Visit, one: ActLine, target: Target | None) -> ShownLine:
    say = visit.words.words
    request = target.view.request(one.request_id) if target and target.view and one.request_id else None
    why = why_not(visit, one.why_not, target) if one.why_not else None
    status = "skipped" if one.why_not else one.status or "waiting"
    if status == "refused":
        told = say["line_refused"].format(why=why_not(visit, one.problem or {}, target))
    elif status == "skipped":
        told = say["line_skipped"].format(why=why)
    else:
        told = say["line_applied" if status == "applied" else "line_waiting"]
    return ShownLine(
        href=target.href if target else None,
        name=target.name if target else one.lifecycle_id,
        about=what(visit, request) if request else (target.about if target else ""),
        will=tuple(_will(visit, one)) if one.foreseen else (say["not_foreseen"],),
        why_not=why,
        status=status,
        told=told,
    )


def why_not(visit: Visit, given: Mapping[str, str], target: Target | None) -> str:
    """Why something cannot be done, in words where the code says it all, else as the lifecycle said it."""
    code, message = given.get("code", ""), given.get("message", "")
    state = target.state if target else ""
    known = visit.words.cannot.get(code)
    if known:
        return known.format(state=state)
    return in_words(visit.language, message) or message or code.replace("_", " ")


def cannot_now(visit: Visit, kind: ActKind, target: Target) -> str | None:
    """Why an act can come to nothing for one that was chosen, as far as that is known before it is planned."""
    if not is_at_least(target.role, kind.least):
        code = "not_yours"
    elif target.view is None:
        code = "no_partnership"
    elif is_offered(kind, target.lifecycle, target.view, visit.services.now()):
        return None
    elif target.view.ended_as:
        code = "closed"
    else:
        code = "no_such_request" if kind.per_request else "not_allowed_now"
    return why_not(visit, {"code": code}, target)


def in_words(language: Language, message: str) -> str | None:
    """A sentence in which something is refused, in the reader's words; None when it is known in English only."""
    told = said_as(_values(language), message, partial(_figure, language))
    return told[1] if told else None


@cache
def _values(language: Language) -> Sentences:
    return sentences(console_words(language).values)


def _figure(language: Language, figure: str) -> str:
    """A day as it is read, a host's state and its papers by their names; anything else as it stands."""
    try:
        return short(date.fromisoformat(figure), language)
    except ValueError:
        named: dict[str, str] = {str(state): name for state, name in console_words(language).host_states.items()}
        named |= {str(kind): name for kind, name in page_words(language).occasions.items()}
        return ", ".join(named.get(one, one) for one in figure.split(", "))


def _will(visit: Visit, line: ActLine) -> list[str]:
    say, states, foreseen = visit.words.words, state_names(visit, line.lifecycle), line.foreseen or {}
    before, after = (states.get(foreseen[one], foreseen[one]) for one in ("before", "after"))
    told = [
        say["will_state"].format(before=before, after=after)
        if before != after
        else say["will_stay"].format(state=after)
    ]
    told += [
        say[f"will_{name}_one" if n == 1 else f"will_{name}_many"].format(n=n)
        for name in ("move", "end", "ask")
        if (n := int(foreseen[name]))
    ]
    mails = int(foreseen["mail"])
    told.append(
        say["will_mail_none" if mails == 0 else "will_mail_one" if mails == 1 else "will_mail_many"].format(n=mails)
    )
    return told
