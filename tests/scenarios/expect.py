"""What a scenario expects, held against what happened; each difference is one line."""

from collections.abc import Iterator
from typing import Any

from schemas.effects import Notify
from schemas.request_events import RequestMoved
from tests.scenarios.model import Then
from tests.scenarios.world import Life, World, seen


def differences(world: World, main: str, then: Then, since: dict[str, int]) -> list[str]:
    """What is otherwise than expected; `since` says how many events each lifecycle had told before."""
    lines = list(_of_one(world.lives[main], then, since.get(main, 0)))
    for id_, other in then.others.items():
        if id_ not in world.lives:
            lines.append(f"{id_}: there is no such lifecycle; there are {sorted(world.lives)}")
        else:
            lines += [f"{id_}: {line}" for line in _of_one(world.lives[id_], other, since.get(id_, 0))]
    return lines


def _of_one(life: Life, then: Then, since: int) -> Iterator[str]:
    case, told = life.case, life.told[since:]
    events = [event.type for event, _, _ in told]
    effects = [one for _, _, some in told for one in some]
    messages = [one for one in effects if isinstance(one, Notify)]
    kinds = [one.effect for one in effects]
    yield from _differ("state", then.state, str(case.state))
    yield from _differ("reason", then.reason, case.reason if then.reason else None)
    for name, wanted in then.holds.items():
        yield from _differ(name, _plain(wanted), _plain(_value(case, name)))
    yield from _in_order(then.events, events)
    yield from (f"{one} was told" for one in then.never if one in events)
    for id_, wanted in then.asked.items():
        yield from _differ(f"asked {id_}", wanted, _asked(life, id_))
    open_ = {one.id for one in case.open_requests}
    yield from (f"{id_} is asked: {_asked(life, id_)}" for id_ in then.not_asked if id_ in open_)
    for id_, state in then.ended.items():
        request = case.request(id_)
        yield from _differ(f"{id_} ended", state, None if request is None else request.state)
    if then.moved is not None:
        moved = {event.request_id: seen(event.due_at) for event, _, _ in told if isinstance(event, RequestMoved)}
        yield from _differ("moved", then.moved, moved)
    for message, wanted in then.told.items():
        got = [_who(life, one.role, one.person_id) for one in messages if one.message == message]
        yield from _differ(f"told {message}", sorted(wanted), sorted(got))
    sent = {one.message for one in messages}
    yield from (f"{message} was sent" for message in then.not_told if message in sent)
    yield from (f"no effect {one}; there are {sorted(set(kinds))}" for one in then.effects if one not in kinds)
    yield from (f"effect {one} was asked for" for one in then.no_effects if one in kinds)
    for id_, lines in then.history.items():
        yield from _differ(f"history of {id_}", list(lines), _history(life, id_))
    due = life.due()
    yield from _differ("next", then.next, None if due is None or then.next is None else seen(due))
    if then.nothing_is_due and due is not None:
        yield f"time acts at {seen(due)}"


def _differ(what: str, wanted: Any, got: Any) -> Iterator[str]:
    if wanted is not None and wanted != got:
        yield f"{what}: expected {wanted}, but it is {got}"


def _plain(value: Any) -> Any:
    return [str(one) for one in value] if isinstance(value, list | tuple) else str(value)


def _value(case: Any, path: str) -> Any:
    """`suspension.reason` of a case; None where a part is missing."""
    found = case
    for part in path.split("."):
        found = getattr(found, part, None)
    return found


def _in_order(wanted: tuple[str, ...], got: list[str]) -> Iterator[str]:
    at = 0
    for one in wanted:
        if one not in got[at:]:
            yield f"{one} was not told (after {list(wanted[: wanted.index(one)])}); told were {got}"
            return
        at = got.index(one, at) + 1


def _who(life: Life, role: str, person: str) -> str:
    """The role; with the person when it is not who holds it now."""
    return str(role) if life.case.team.get(role) in (None, person) else f"{role} {person}"


def _asked(life: Life, id_: str) -> str | None:
    request = life.case.request(id_)
    if request is None:
        return None
    if not request.is_open:
        return str(request.state)
    view = next(one for one in life.lifecycle.view(life.case).requests if one.id == id_)
    return f"{_who(life, request.holders[-1].role, request.person_id)} by {seen(view.due_at)}"


def _history(life: Life, id_: str) -> list[str] | None:
    request = life.case.request(id_)
    if request is None:
        return None
    return [f"{seen(one.at)} {one.how} {_who(life, one.role, one.person_id)}" for one in request.asked]
