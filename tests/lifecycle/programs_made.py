"""Programs made in tests from the shipped one."""

from typing import Any

from schemas.programs import Program
from schemas.vocabulary import Role
from tests.lifecycle.lives import PROGRAM


def changed(change: Any) -> Program:
    """The shipped program after `change` was done to its plain parts; checked anew."""
    parts = PROGRAM.model_dump(mode="json")
    change({stage["id"]: stage for stage in parts["stages"]}, parts)
    return Program.model_validate(parts)


def with_ask(stage: str, **ask: Any) -> Program:
    def add(stages: dict[str, Any], _: dict[str, Any]) -> None:
        stages[stage]["asks"].append(ask)

    return changed(add)


def with_ladder(ask_id: str, ladder: list[dict[str, str]], **other: Any) -> Program:
    """One ask with another ladder, and other parts if given."""

    def replace(_: dict[str, Any], parts: dict[str, Any]) -> None:
        for stage in parts["stages"]:
            for ask in stage["asks"]:
                if ask["id"] == ask_id:
                    ask |= {"ladder": ladder, **other}

    return changed(replace)


def with_check_ins(*, weeks: int = 1, times: int = 52, of: list[str] | None = None) -> Program:
    """A check-in every `weeks`, first on the third business day."""
    return with_ask(
        "supervision",
        id="check_in",
        kind="check_in",
        form="check-in@2026.1",
        of=of or [Role.STUDENT],
        opens="start + 3bd",
        due="opened + 2bd",
        ladder=[{"at": "due", "then": "remind"}],
        close="due + 2bd",
        blocks=False,
        repeat={"weeks": weeks, "times": times},
    )


def with_permit(*, blocks: bool = True) -> Program:
    """A second signature, of the career specialist, ten business days before the first day."""
    return with_ask(
        "preparation",
        id="permit",
        kind="agreement",
        form="training-agreement@2026.1",
        of=[Role.CAREER_SPECIALIST],
        opens="start - 10bd",
        due="start - 1bd",
        close="due + 5bd",
        blocks=blocks,
    )
