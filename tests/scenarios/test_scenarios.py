"""Every scenario goes as it says, on the pure core."""

import pytest

from tests.scenarios.run import run, scenarios


@pytest.mark.parametrize("id_", scenarios())
def test_a_scenario_goes_as_it_says(id_: str) -> None:
    run(scenarios()[id_])
