"""The programs of random lives: the shipped ones, the one that uses everything, and that one without some parts."""

from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from catalog.program_catalog import all_programs, load_program
from schemas.programs import Program

WHOLE = load_program(Path(__file__).parents[1] / "lifecycle" / "whole_program.yaml")

OPTIONAL = tuple(
    ask.id
    for ask in WHOLE.asks
    if ask.kind
    not in {
        "host_confirmation",
        "application_review",
        "application_decision",
        "interview",
        "offer_acceptance",
        "agreement",
        "first_day",
        "no_show_follow_up",
        "final_evaluation",
        "sign_off",
    }
)
ZONES = ("America/New_York", "America/Los_Angeles", "Pacific/Auckland")
TOP = ("late_days", "waitlist", "blocked_tells", "notices", "incidents", "rules")


@cache
def drawn(number: int) -> Program:
    """The whole program without some of its parts; the same number gives the same program."""
    random = Random(f"program {number}")  # noqa: S311 - a program, no secret
    parts: dict[str, Any] = WHOLE.model_dump(mode="json")
    parts["id"] = f"drawn-{number}"
    parts["notice"] = random.choice((1, 2, 2, 5))
    parts["calendar"]["time_zone"] = random.choice(ZONES)
    for key in TOP:
        if random.random() < 0.3:
            parts.pop(key)
    left_out = {one for one in OPTIONAL if random.random() < 0.3}
    for stage in parts["stages"]:
        stage["asks"] = [ask for ask in stage["asks"] if ask["id"] not in left_out and ask["given"] not in left_out]
    parts["stages"] = [stage for stage in parts["stages"] if stage["asks"]]
    return Program.model_validate(parts)


def next_version(program: Program, random: Random) -> Program:
    """A newer version of a program, with other deadlines and now and then an ask more or less."""
    parts = program.model_dump(mode="json")
    parts["version"] = f"{program.version}.1"
    parts["notice"] = random.randint(1, 5)
    for stage in parts["stages"]:
        for ask in stage["asks"]:
            if ask["due"].startswith("opened") and random.random() < 0.3 and "h" not in ask["due"]:
                ask["close"] = f"due + {random.randint(10, 40)}bd"
    if random.random() < 0.3:
        stage = random.choice(parts["stages"])
        stage["asks"] = [ask for ask in stage["asks"] if ask["id"] not in OPTIONAL or random.random() < 0.8]
    ids = {ask["id"] for stage in parts["stages"] for ask in stage["asks"]}
    for stage in parts["stages"]:
        stage["asks"] = [ask for ask in stage["asks"] if ask["given"] in {None, *ids}]
    return Program.model_validate(parts)


def of_life(random: Random) -> Program:
    """The program of a life: every second one is whole or shipped."""
    shipped = [one for one in all_programs().values() if one.lifecycle == "placement"]
    chance = random.random()
    if chance < 0.3:
        return WHOLE
    if chance < 0.5:
        return random.choice(sorted(shipped, key=lambda one: one.id))
    return drawn(random.randrange(24))
