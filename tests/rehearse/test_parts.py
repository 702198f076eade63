"""The parts of a rehearsal: invented data that imports, habits that hang on the seed alone, answers to every form."""

import csv
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from catalog.form_catalog import all_forms
from catalog.program_catalog import all_programs
from cli.demo.paper import Paper
from cli.errors import UserError
from cli.rehearse import command
from cli.rehearse.cast import Company, make_company
from cli.rehearse.managers import KINDS, Managers
from cli.rehearse.pen import Pen, Sheetful
from cli.rehearse.picture import Asked, Known, Picture
from cli.rehearse.temper import Temper
from lifecycle.forms import check_answers
from records import directory
from records.pool import open_connection
from schemas.form_fields import ChoiceField
from schemas.forms import FormDefinition
from schemas.vocabulary import PlacementState as S
from schemas.vocabulary import RequestKind, Role

DAYS = (date(2027, 7, 6), date(2027, 8, 13))
AT = datetime(2027, 6, 14, 13, tzinfo=UTC)
PLACING = sorted(id_ for id_, one in all_programs().items() if one.lifecycle == "placement")
FORMS = {one.pin: one for one in all_forms()}


def company(folder: Path, program: str = "massachusetts-summer-jobs", *, seed: int = 1, learners: int = 30) -> Company:
    return make_company("r1", all_programs()[program], folder, days=DAYS, learners=learners, hosts=4, seed=seed)


# --- who takes part -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("program", PLACING)
async def test_the_invented_people_import_and_every_role_a_program_asks_is_held(
    database: str, tmp_path: Path, program: str
) -> None:
    made = company(tmp_path, program, learners=27)
    await made.delivery.import_all(database, DAYS[0] - timedelta(days=25))
    pinned = all_programs()[program]
    async with open_connection(database) as conn:
        for pairing in made.pairings:
            learner = await directory.learner(conn, pairing.learner_id)
            assert learner is not None
            team = await directory.team_for(conn, pairing.learner_id, pairing.offer.id)
            minor = learner.birth_date is not None and learner.birth_date > DAYS[0].replace(year=DAYS[0].year - 18)
            asked = {one.role for ask in pinned.asks for one in ask.of if minor or one.when == "always"}
            assert asked <= set(team), pairing


def test_the_same_seed_gives_the_same_people_and_another_one_others(tmp_path: Path) -> None:
    texts = [
        (company(tmp_path / str(number), seed=seed).delivery.oneroster / "users.csv").read_text(encoding="utf-8")
        for number, seed in enumerate((1, 1, 2))
    ]
    assert texts[0] == texts[1] != texts[2]


def test_everybody_has_an_address_that_nobody_owns(tmp_path: Path) -> None:
    assert all(address.endswith("@example.org") for address in company(tmp_path).mailboxes)


def test_there_are_a_few_seats_less_than_learners(tmp_path: Path) -> None:
    made = company(tmp_path)
    assert 0 < len(made.pairings) - sum(offer.seats for offer in made.offers) <= 3
    assert len({one.learner_id for one in made.pairings}) == 30


def test_a_host_has_a_supervisor_an_alternate_a_site_contact_and_somebody_more(tmp_path: Path) -> None:
    made = company(tmp_path)
    with made.delivery.employers.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert set(Counter(row["host_id"] for row in rows).values()) == {4}
    assert [row["site_contact"] for row in rows[:4]] == ["no", "no", "yes", "no"]


# --- how they behave ------------------------------------------------------------------------------------------------


def test_habits_hang_on_the_seed_and_the_matter_not_on_the_order() -> None:
    one, other = Temper(7, 0.2), Temper(7, 0.2)
    matters = [("sup-1", f"pl-{number}", "final_evaluation") for number in range(50)]
    assert [one.reaction(*matter) for matter in matters] == [other.reaction(*matter) for matter in reversed(matters)][
        ::-1
    ]
    assert [one.reaction(*matter) for matter in matters] != [Temper(8, 0.2).reaction(*matter) for matter in matters]


@pytest.mark.parametrize("silent", [0.0, 0.2, 1.0])
def test_about_as_many_are_silent_as_was_asked_for(silent: float) -> None:
    temper = Temper(3, silent)
    never = [temper.reaction(f"p-{number}", "pl", "agreement").never for number in range(2000)]
    assert sum(never) / len(never) == pytest.approx(silent, abs=0.26 if silent == 1 else 0.03)


def test_some_answer_wrongly_first_and_some_days_late() -> None:
    temper = Temper(3, 0)
    reactions = [temper.reaction(f"p-{number}", "pl", "agreement") for number in range(500)]
    assert 20 < sum(one.wrong for one in reactions) < 110
    assert 60 < sum(one.after > timedelta(days=2) for one in reactions) < 150


# --- what they write ------------------------------------------------------------------------------------------------


def asked(form: FormDefinition, role: Role) -> Asked:
    kind = next(iter(form.occasions), RequestKind.CHECK_IN)
    return Asked("placement", "pl-r1-1", "ask", kind, form.pin, 1, AT, {"p": role})


def pen(form: FormDefinition, role: Role, seed: int) -> Pen:
    where = Sheetful(
        role, "Ada Example", date(2027, 7, 16), *DAYS, ("A skill", "Another", "A third"), "America/New_York"
    )
    return Pen(asked(form, role), where, Temper(seed, 0).chance("pen"))


def decisions(form: FormDefinition) -> tuple[str | None, ...]:
    return next(
        (one.codes for one in form.fields if isinstance(one, ChoiceField) and one.name == form.decision), (None,)
    )


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_shipped_form_is_answered_validly_by_everybody_with_every_decision(form: FormDefinition) -> None:
    roles = [role for role in Role if form.may_answer(role)]
    for seed, role in enumerate(roles):
        for decision in decisions(form):
            writer = pen(form, role, seed)
            checked = check_answers(form, writer._context, writer.answers(decision))
            assert checked.ok, (role, decision, checked.errors)
            assert checked.decision == decision


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_wrong_answer_to_any_form_is_given_back(form: FormDefinition) -> None:
    role = next(role for role in Role if form.may_answer(role))
    for seed in range(5):
        writer = pen(form, role, seed)
        assert not check_answers(form, writer._context, writer.wrong(writer.answers(decisions(form)[0]))).ok


def test_a_page_that_lacks_what_the_form_asks_is_noticed() -> None:
    form = FORMS["first-day@2026.1"]
    writer = pen(form, Role.WORKSITE_SUPERVISOR, 1)
    page = '<form method="post"><input type="radio" name="decision" value="started"></form>'
    assert "first_day" in writer.missing_on(Paper(page), writer.answers("started"))


# --- what is known, and what managers do ----------------------------------------------------------------------------


def event(type_: str, day: int, /, **data: Any) -> dict[str, Any]:
    return {
        "id": f"placement-pl-r1-1-1-{day}",
        "subject": "pl-r1-1",
        "type": f"org.journeywork.{type_}",
        "time": (AT + timedelta(days=day)).isoformat(),
        "data": data,
    }


def opened() -> dict[str, Any]:
    said = {"kind": "host_confirmation", "form": "host-confirmation@2026.1", "number": 1, "role": "worksite_supervisor"}
    return event("request.opened", 2, request_id="host_confirmation", person_id="sup-1", **said)


def test_the_feed_alone_tells_states_and_requests() -> None:
    picture = Picture("r1")
    for one in (
        event("placement.proposed", 1),
        opened(),
        event("request.escalated", 3, request_id="host_confirmation", person_id="sup-2", role="alternate_supervisor"),
        event(
            "request.submitted",
            4,
            request_id="host_confirmation",
            by={"person_id": "sup-2", "role": "alternate_supervisor"},
        ),
        event("seat.requested", 5),
        event("offer.made", 6),
    ):
        picture.take(one)
    (known,) = picture.placements
    request = picture.request("pl-r1-1", "host_confirmation")
    assert request is not None
    assert (known.state, known.outcome) == (S.OFFERED, None)
    assert (request.is_open, request.by, list(request.holders)) == (
        False,
        Role.ALTERNATE_SUPERVISOR,
        ["sup-1", "sup-2"],
    )
    assert [(one.what, one.about) for one in picture.troubles] == [("escalated", "host_confirmation")]


def test_other_runs_are_left_alone() -> None:
    picture = Picture("r2")
    picture.take(event("placement.proposed", 1))
    assert picture.known == {}


def test_an_answer_that_is_given_back_is_open_again() -> None:
    picture = Picture("r1")
    for one in (
        event("placement.proposed", 1),
        opened(),
        event(
            "request.submitted",
            3,
            request_id="host_confirmation",
            by={"person_id": "sup-1", "role": "worksite_supervisor"},
        ),
        event("request.returned", 4, request_id="host_confirmation", person_id="sup-1", role="worksite_supervisor"),
    ):
        picture.take(one)
    request = picture.request("pl-r1-1", "host_confirmation")
    assert request is not None
    assert (request.is_open, request.turns) == (True, 2)


class Always(Temper):
    """Every act happens."""

    def chance(self, *about: object) -> Random:
        dice = super().chance(*about)
        if about[0] in {"act", "snow"}:
            dice.random = lambda: 0.0  # type: ignore[method-assign]
        return dice


def test_each_act_is_given_once_in_a_state_it_fits(tmp_path: Path) -> None:
    made = company(tmp_path, learners=2)
    pairings = made.pairings[:1]
    managers = Managers(pairings, Always(1, 0))
    known = {one.placement_id: Known("placement", one.placement_id, state=S.ACTIVE) for one in pairings}
    zone = ZoneInfo("America/New_York")
    first = managers.due(known, {}, DAYS[1] + timedelta(days=60), zone)
    assert {act.type for act in first} == {
        kind.type for kind in KINDS if S.ACTIVE in kind.states and not kind.type.startswith(("request.", "visit."))
    } - {"placement.shortened"}
    assert managers.due(known, {}, DAYS[1] + timedelta(days=61), zone) == []
    assert managers.pause is not None


@pytest.mark.parametrize(
    ("program", "options", "told"),
    [
        ("massachusetts-summer-job", {}, "did you mean `massachusetts-summer-jobs`"),
        ("incident-response", {}, "there is no program incident-response"),
        ("massachusetts-summer-jobs", {"learners": 0}, "--learners"),
        ("massachusetts-summer-jobs", {"hosts": 13}, "--hosts"),
        ("massachusetts-summer-jobs", {"silent": 1.5}, "--silent"),
        ("massachusetts-summer-jobs", {"speed": 21.0}, "--speed"),
        (
            "massachusetts-summer-jobs",
            {"start": date(2027, 8, 1), "end": date(2027, 7, 1)},
            "--end: 2027-07-01 is before",
        ),
    ],
)
async def test_what_cannot_be_rehearsed_is_said_in_a_line(program: str, options: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError, match=told):
        await command.rehearse(program, **options)


@pytest.mark.parametrize("program", PLACING)
def test_every_program_has_a_season_of_its_own(program: str) -> None:
    first, last = command._days(all_programs()[program], None, None)
    assert first <= last
    assert all_programs()[program].calendar.holidays
