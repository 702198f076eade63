"""What an act would change for a placement: decided by the placement itself, compared, and thrown away. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from lifecycle.case_viewing import seen, upcoming
from lifecycle.deadlines import days_of
from lifecycle.placement_facts import TABLE
from lifecycle.planning import is_long_enough, request_id
from lifecycle.registry import PLACEMENT, decide
from lifecycle.timetables import opening_day
from schemas.asks import Ask, Signer
from schemas.effects import Notify
from schemas.foreseen import Change, Foreseen
from schemas.placement import Placement
from schemas.placement_commands import PlacementCommand
from schemas.problems import Refused
from schemas.vocabulary import RequestKind, Role


class _Asked(NamedTuple):
    """A request as far as it can be told: asked and open, to come on a known day, or to come some day."""

    request_id: str
    kind: RequestKind
    role: Role
    form: str
    due_at: datetime | None
    is_open: bool


def foresee(placement: Placement, command: PlacementCommand, at: datetime) -> Foreseen:
    """What `command` would do at an instant of the program's clock; the refusal when it would be refused."""
    try:
        decision = decide(PLACEMENT, placement, command, at)
    except Refused as refused:
        return _foreseen(placement, placement).changed(refused=refused.code, reason=refused.message)
    after = decision.state
    told = sum(isinstance(one, Notify) for one in decision.effects)
    changes = tuple(_changes(placement, after))
    return _foreseen(placement, after).changed(happens=bool(decision.events), changes=changes, messages=told)


def _foreseen(before: Placement, after: Placement) -> Foreseen:
    return Foreseen(
        placement_id=before.id,
        version_before=before.program.version,
        version_after=after.program.version,
        state_before=before.state,
        state_after=after.state,
    )


def _changes(before: Placement, after: Placement) -> Iterator[Change]:
    """What is otherwise: what is open first, in its order, then what is still to come."""
    then, now = _all(before), _all(after)
    for id_, one in then.items():
        yield from _of_one(one, now.get(id_), asked={request.id for request in after.requests})
    for id_, one in now.items():
        if id_ not in then and before.request(id_) is None:
            yield _change("asked" if one.is_open else "added", one, due_after=one.due_at)


def _of_one(one: _Asked, then: _Asked | None, asked: set[str]) -> Iterator[Change]:
    if then is None:
        if one.is_open or one.request_id not in asked:
            yield _change("ended" if one.is_open else "removed", one, due_before=one.due_at)
    elif then.is_open and not one.is_open:
        yield _change("asked", then, due_before=one.due_at, due_after=then.due_at)
    elif one.due_at != then.due_at:
        yield _change("due", then, due_before=one.due_at, due_after=then.due_at, **_forms(one, then))
    elif one.form != then.form:
        yield _change("form", then, due_before=one.due_at, due_after=then.due_at, **_forms(one, then))


def _change(how: str, one: _Asked, **more: object) -> Change:
    return Change.made(how=how, request_id=one.request_id, kind=one.kind, role=one.role, is_open=one.is_open, **more)


def _forms(one: _Asked, then: _Asked) -> dict[str, object]:
    return {"form_before": one.form, "form_after": then.form} if one.form != then.form else {}


def _all(placement: Placement) -> dict[str, _Asked]:
    """What is open and what may still be asked, by id; of a repeated ask that was not asked yet, the first turn."""
    found: dict[str, _Asked] = {}
    for request in placement.open_requests:
        view = seen(placement, request)
        found[request.id] = _Asked(request.id, request.kind, view.role, request.form, view.due_at, is_open=True)
    there = {(one.ask_id, one.role) for one in placement.requests}
    dated = {one.id: one.due_at for one in upcoming(TABLE, placement)}
    for ask, signer in _possible(placement):
        id_ = request_id(ask, signer, 1)
        comes = id_ in dated or opening_day(placement.program, ask, days_of(placement, ask)) is None
        if comes and (ask.id, signer.role) not in there:
            found[id_] = _Asked(id_, ask.kind, signer.role, ask.form, dated.get(id_), is_open=False)
    return found


def _possible(placement: Placement) -> Iterator[tuple[Ask, Signer]]:
    """What the program asks in the states that the placement is in or may come to."""
    ahead = TABLE.later[placement.state] | {placement.state}
    for ask in placement.program.asks:
        if not TABLE.places(ask.kind)[0] & ahead or ask.kind in placement.passed_over:
            continue
        if is_long_enough(ask, placement.start, placement.end):
            yield from ((ask, signer) for signer in ask.of if placement.minor or signer.when == "always")
