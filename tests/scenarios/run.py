"""Runs a scenario on the pure core and checks what it expects; a failure tells the whole story."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from catalog.program_catalog import load_program, program
from catalog.yaml_check import load_shipped
from schemas.acts import COMMANDS
from schemas.base import Frozen
from schemas.opportunity import OpenOpportunity, ProposeOpportunity
from schemas.partnership import ContactHost
from schemas.placement_commands import Propose
from schemas.problems import Refused
from schemas.programs import Program
from schemas.vocabulary import Role
from tests.lifecycle.lives import TEAM
from tests.scenarios.expect import differences
from tests.scenarios.model import Given, Scenario, ScenarioFile, Step, Then
from tests.scenarios.world import World, instant, seen

APPLYING = ("applied", "under_review", "interviewing")
BEGINNINGS: dict[str, type[Frozen]] = {
    "open": OpenOpportunity,
    "propose": ProposeOpportunity,
    "contact": ContactHost,
}
HOUR = timedelta(hours=1)
FOLDER = Path(__file__).parent
PEOPLE = {
    **TEAM,
    Role.SITE_CONTACT: "sc-1",
    Role.PROGRAM_MANAGER: "pm-1",
    Role.ENGAGEMENT_MANAGER: "em-1",
}


class FailedError(AssertionError):
    """A scenario did not go as it says; the message tells what differs and the story."""


@cache
def scenarios() -> dict[str, Scenario]:
    """All scenarios by id. Raises CatalogError naming file, line and path when a file is broken."""
    found: dict[str, Scenario] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.name == "specification.yaml":
            continue
        for one in load_shipped(path, ScenarioFile).scenarios:
            assert one.id not in found, f"{path.name}: there are two scenarios {one.id}"
            found[one.id] = one
    return found


@cache
def _named(name: str) -> Program:
    """A test program (`whole` or `whole-development`), or a shipped one."""
    path = FOLDER.parent / "lifecycle" / f"{name.replace('-', '_') if '-' in name else name + '_program'}.yaml"
    found = load_program(path) if path.is_file() else program(name)
    assert found is not None, f"no program {name}"
    return found


def _program(given: Given) -> Program:
    plain = _named(given.program)
    if not given.changes:
        return plain
    parts = plain.model_dump(mode="json")
    for change in given.changes:
        parts |= change.of_program
        for stage in parts["stages"]:
            stage["asks"] = [one for one in stage["asks"] if one["id"] not in change.without]
            stage["asks"] = [one | change.parts if one["id"] == change.ask else one for one in stage["asks"]]
    return Program.model_validate(parts)


def _begin(world: World, given: Given) -> None:
    people = {**PEOPLE, Role.STUDENT: given.learner, **given.team}
    if given.begins is not None:
        known = {"program": _program(given), "team": people} if given.begins["name"] != "open" else {}
        command = BEGINNINGS[given.begins["name"]].model_validate(known | given.begins)
        world.begin(given.lifecycle, given.id, command)
    else:
        command = Propose(
            placement_id=given.id,
            learner_id=given.learner,
            opportunity_id=given.opportunity,
            host_id="hst-1",
            program=_program(given),
            start=given.start,
            end=given.end,
            minor=given.minor,
            team={role: person for role, person in people.items() if person is not None},
            applied=given.applied or given.state in APPLYING,
        )
        world.begin("placement", given.id, command)
    world.go_well(given.id, given.state, dict(given.valid_until), given.silent)


def run(scenario: Scenario) -> World:
    """Live the scenario. Raises FailedError where it goes otherwise than it says."""
    first = (scenario.given, *scenario.also)
    world = World(min(instant(one.at) for one in first))
    for given in sorted(first, key=lambda one: instant(one.at)):
        world.pass_time(instant(given.at))
        _begin(world, given)
    main = scenario.given.id
    marks = {id_: len(life.told) for id_, life in world.lives.items()}
    for number, step in enumerate(scenario.when, start=1):
        before = {id_: len(life.told) for id_, life in world.lives.items()}
        world.lines.append(f"--- step {number}")
        _take(world, step, step.to or main, before)
        if step.then is not None:
            _check(world, main, step.then, before, f"{scenario.id}, step {number}")
    if scenario.then is not None:
        _check(world, main, scenario.then, marks, f"{scenario.id}, at the end")
    return world


def _check(world: World, main: str, then: Then, since: dict[str, int], where: str) -> None:
    lines = differences(world, main, then, since)
    if lines:
        raise FailedError("\n".join((where, *(f"  {line}" for line in lines), "", world.story())))


def _take(world: World, step: Step, id_: str, before: dict[str, int]) -> None:
    if step.at is not None:
        world.pass_time(instant(step.at))
        before |= {name: len(life.told) for name, life in world.lives.items()}
    elif step.until is not None:
        world.pass_time(instant(step.until))
        return
    elif step.nothing_ran_until is not None:
        world.at = instant(step.nothing_ran_until)
        world.pass_time(world.at)
        return
    else:
        world.pass_time(world.at.replace(second=0) + HOUR)
    try:
        world.say(id_, _command(world, step, id_))
    except Refused as refused:
        if step.refused is None or step.refused not in str(refused):
            raise FailedError(f"refused: {refused}\n{world.story()}") from refused
        world.lines.append(f"{seen(world.at)}  {id_}: {step.says or step.answers} is refused: {refused}")
    else:
        if step.refused is not None:
            raise FailedError(f"not refused: {step.says or step.answers}\n{world.story()}")


def _command(world: World, step: Step, id_: str) -> Any:
    life = world.lives[id_]
    commands = COMMANDS[life.lifecycle.name]
    if step.says is not None:
        values: dict[str, Any] = {"name": step.says, **step.of_it}
        if isinstance(values.get("program"), str):
            values["program"] = _named(values["program"])
        if step.says == "adopt_program":
            values = {"name": step.says, "program": _program(Given.model_validate(step.of_it))}
        return commands.validate_python(values)
    request_id = step.answers or step.bounces
    request = life.case.request(request_id)
    if request is None:
        raise FailedError(
            f"{request_id} is not asked; there are {[one.id for one in life.case.requests]}\n{world.story()}"
        )
    holders = {one.role: one.person_id for one in request.holders}
    person = request.person_id if step.by is None else holders.get(step.by, life.case.team.get(step.by, step.by))
    if step.bounces is not None:
        return commands.validate_python({"name": "record_bounce", "request_id": request_id, "person_id": person})
    return commands.validate_python(
        {
            "name": "submit",
            "request_id": request_id,
            "person_id": person,
            "submission_id": f"s-{len(world.lines)}",
            "decision": step.decision,
            "valid_until": step.valid_until,
            "again_on": step.again_on,
            **step.of_it,
        }
    )
