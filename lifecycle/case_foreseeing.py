"""What an act would change for any case, in numbers: decided by the case itself, compared, and thrown away. Pure."""

from datetime import datetime
from typing import Any

from lifecycle.deadlines import due_at
from lifecycle.registry import Lifecycle, decide
from schemas.case import Case
from schemas.effects import Notify
from schemas.foreseen_case import CaseForeseen
from schemas.problems import Refused


def foresee_case(lifecycle: Lifecycle[Any], case: Case[Any], command: Any, at: datetime) -> CaseForeseen:
    """What `command` would do at an instant of the program's clock; the refusal when it would be refused."""
    before = CaseForeseen(id=case.id, state_before=case.state, state_after=case.state)
    try:
        decision = decide(lifecycle, case, command, at)
    except Refused as refused:
        return before.changed(refused=refused.code, reason=refused.message)
    then, now = _open(case), _open(decision.state)
    return before.changed(
        state_after=decision.state.state,
        happens=bool(decision.events),
        moved=sum(due != now[id_] for id_, due in then.items() if id_ in now),
        ended=len(then.keys() - now.keys()),
        asked=len(now.keys() - then.keys()),
        messages=sum(isinstance(one, Notify) for one in decision.effects),
    )


def _open(case: Case[Any]) -> dict[str, datetime | None]:
    return {one.id: due_at(case, one) for one in case.open_requests}
