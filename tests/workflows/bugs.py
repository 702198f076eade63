"""Bugs to switch on: each makes one function of a core fail. Shared by tests and the broken workflows."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lifecycle.placement_facts import TABLE
from lifecycle.registry import Lifecycle
from lifecycle.story import Story

SWITCHED_ON: set[str] = set()
"""`act`, `tick`, `next_due`, `view`, `idle_tick` (decides nothing: placements only), `learned`, as `id/bug`."""


class Bug(Exception):  # noqa: N818 - it stands for any
    """What a broken core raises; its text must never be seen."""


def _on(bug: str, id_: str) -> bool:
    return f"{id_}/{bug}" in SWITCHED_ON


def _breaking(bug: str, whole: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def part(state: Any) -> Any:
        if _on(bug, state.id):
            raise Bug("Maria Perez")
        return whole(state)

    return part


def buggy(whole: Lifecycle[Any]) -> Lifecycle[Any]:
    """The same lifecycle with every bug that can be switched on."""

    def decide(state: Any, command: Any, at: Any) -> Any:
        if command.name == "tick":
            if _on("tick", state.id):
                raise Bug("Maria Perez")
            if _on("idle_tick", state.id):
                return Story(TABLE, state, at)
        elif _on("act", state.id):
            raise Bug("Maria Perez")
        return whole.decide(state, command, at)

    def learned(effect: Any, outcome: Any) -> Any:
        if _on("learned", effect.key.split("/")[0]):
            raise Bug("Maria Perez")
        return whole.learned(effect, outcome)

    return replace(
        whole,
        decide=decide,
        next_due=_breaking("next_due", whole.next_due),
        view=_breaking("view", whole.view),
        learned=learned,
    )
