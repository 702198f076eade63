"""A thousand random lives on the pure core: whatever people, machines and time do, nothing that must hold breaks."""

from functools import cache

import pytest

from lifecycle.placement import COMMANDS, evolve
from lifecycle.transitions import TERMINAL, TRANSITIONS
from tests.lives.living import BrokenLifeError, World, live

FIRST = range(400)
BROKE_ONCE = (9178,)
"""Lives in which something broke: a warning went out twice when what it is about moved at that moment."""


@cache
def lived(seed: int) -> World:
    """A life, lived once in a process."""
    return live(seed)


def test_random_lives_break_nothing(seeds: range) -> None:
    for seed in seeds:
        lived(seed)


@pytest.mark.parametrize("seed", BROKE_ONCE)
def test_a_life_that_broke_something_once_breaks_nothing_now(seed: int) -> None:
    lived(seed)


def test_the_first_lives_come_nearly_everywhere() -> None:
    passed = {transition for seed in FIRST for transition in _passed(lived(seed))}
    assert {lived(seed).life.state for seed in FIRST} == TERMINAL
    assert {name for seed in FIRST for name in lived(seed).life.taken} == {*COMMANDS}
    assert len(passed & {*TRANSITIONS}) > 0.8 * len(TRANSITIONS)
    assert max(lived(seed).days for seed in FIRST) > 400


def _passed(world: World) -> set[tuple[object, type]]:
    """The transitions of a life: a state, and the event that met it."""
    found, placement = set[tuple[object, type]](), world.life.first
    for event in world.life.events:
        found.add((placement.state, type(event)))
        placement = evolve(placement, event)
    return found


def test_the_same_seed_lives_the_same_life() -> None:
    first, again = live(7).life, live(7).life
    assert first.events == again.events
    assert first.effects == again.effects


def test_a_broken_life_says_how_to_live_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_: World) -> None:
        raise AssertionError("something broke")

    monkeypatch.setattr(World, "live", breaks)
    with pytest.raises(BrokenLifeError, match=r"something broke(.|\n)*journeywork test tests/lives --seed 4711"):
        live(4711)
