"""Random lives through the real workflow on a server that skips time: what is decided there is what the core decides.

The suite lives the first twenty; `./journeywork test tests/lives/test_served_lives.py --served 200` two hundred.
"""

import pytest

from schemas.carry import Carry
from tests.lives.crowd import live_together
from tests.lives.living import BrokenLifeError
from tests.lives.served import Served
from workflows.shell import Shell

LONG = 3
"""The seed of a life that goes through several histories."""


def _story(life: Served) -> list[tuple[str, str]]:
    """What happened, to the minute."""
    return [(event.type, f"{event.at:%Y-%m-%d %H:%M}") for event in life.life.events]


async def test_lives_on_a_server_are_what_the_core_decides(crowd: range) -> None:
    lives = await live_together(crowd)
    assert len(lives) == 1 or any(one.runs > 1 for one in lives)


async def test_a_seed_lives_the_same_life_alone_and_among_others() -> None:
    others = await live_together(range(LONG - 1, LONG + 2))
    alone = await live_together(range(LONG, LONG + 1))
    assert _story(alone[0]) == _story(others[1])
    assert alone[0].runs > 1


async def test_a_new_history_that_carries_something_wrong_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    carry = Shell._carry

    def wrongly(self: Shell[object]) -> Carry:
        return carry(self).changed(epoch=2)

    monkeypatch.setattr(Shell, "_carry", wrongly)
    with pytest.raises(BrokenLifeError, match=f"journeywork test tests/lives --seed {LONG}"):
        await live_together(range(LONG, LONG + 1))
