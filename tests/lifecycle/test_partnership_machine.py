"""Many lives of hosts who answer late, wrongly or never: what must hold after every decision."""

import random
from datetime import date, timedelta

import pytest

from lifecycle.evolving import evolve
from lifecycle.opening import openings
from lifecycle.partnership import ANSWERS, contact
from lifecycle.partnership_shown import (
    may_host,
    partnership_alarm,
    partnership_details,
    partnership_story,
    partnership_view,
)
from lifecycle.partnership_table import ALLOWED, HOSTS, IN_DATE, TABLE, TERMINAL
from lifecycle.partnership_waiting import documents, is_in_date, next_due, out_of_date, renewals_of
from lifecycle.registry import PARTNERSHIP, begin, decide
from schemas.change_commands import AdoptProgram
from schemas.partnership import (
    INTERNAL,
    EndPartnership,
    LogOutreach,
    NoteAnswer,
    NotePlacementCompleted,
    NoteSilence,
    RenewPartnership,
    ReopenPartnership,
    ReplaceContact,
)
from schemas.placement_commands import RecordBounce, Resend, Return, Tick, Waive
from schemas.problems import ProblemCode, Refused
from schemas.views import PartnershipView
from schemas.vocabulary import OutreachChannel, OutreachOutcome, RequestState, Role
from schemas.vocabulary import PartnershipState as S
from schemas.vocabulary import RequestKind as K
from tests.lifecycle.hosts import MONDAY, Host, changed, contacted, first_contact

SEEDS = range(60)
STEPS = 60
VERSIONS = [changed(lambda parts, at=at: parts.update(version=f"2027.{at}")) for at in range(2, 6)]
FORWARD = {"interested", "provided", "passed", "sign", "renewed", "renew", "again"}


def _a_day(dice: random.Random, host: Host) -> date:
    return host.at.date() + timedelta(days=dice.randrange(1, 500))


def _answer(dice: random.Random, host: Host) -> None:
    request = dice.choice(host.case.open_requests)
    codes = sorted(ANSWERS[request.kind])
    good = [code for code in codes if code in FORWARD]
    decision = dice.choice(good if good and dice.random() < 0.8 else codes)
    dated = _a_day(dice, host) if decision in FORWARD and dice.random() < 0.95 else None
    again = _a_day(dice, host) if decision == "not_now" and dice.random() < 0.5 else None
    host.submit(request.id, decision, dated, by=dice.choice(request.holders).person_id, again_on=again)


def _say_something(dice: random.Random, host: Host) -> None:
    requests = host.case.requests
    said = [
        LogOutreach(channel=OutreachChannel.VISIT, outcome=dice.choice(list(OutreachOutcome))),
        NoteAnswer(accepted=dice.random() < 0.5, hosts_until=_a_day(dice, host)),
        NoteSilence(),
        NotePlacementCompleted(placement_id=f"pl-{dice.randrange(999)}", evaluated=dice.random() < 0.7),
        RenewPartnership(valid_until=_a_day(dice, host)),
        ReopenPartnership(),
        ReplaceContact(role=Role.SITE_CONTACT, person_id=f"con-{dice.randrange(9)}"),
        AdoptProgram(program=dice.choice(VERSIONS)),
    ]
    if dice.random() < 0.05:
        said.append(EndPartnership(reason="moved_away"))
    if requests:
        one = dice.choice(requests)
        said += [
            Waive(request_id=one.id, reason="not_needed"),
            Return(request_id=one.id, reason="wrong_date"),
            Resend(request_id=one.id),
            RecordBounce(request_id=one.id, person_id=one.person_id),
        ]
    host.say(dice.choice(said))


def _step(dice: random.Random, host: Host) -> None:
    roll = dice.random()
    if roll < 0.45 and next_due(host.case) is not None:
        host.tick()
    elif roll < 0.8 and host.case.open_requests:
        _answer(dice, host)
    else:
        _say_something(dice, host)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_every_promise_holds(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - lives, not secrets
    host = contacted()
    for _ in range(STEPS):
        before = host.case
        try:
            _step(dice, host)
        except Refused:
            assert host.case is before
        _holds(host)
    keys = [one.key for one in host.effects]
    assert len(keys) == len(set(keys))
    _is_the_sum_of_its_events(host)


def _holds(host: Host) -> None:
    case = host.case
    due = next_due(case)
    assert all(case.state in TABLE.places(one.kind)[1] for one in case.open_requests)
    assert case.blocked_by == out_of_date(case, host.at)
    assert not may_host(case) or all(is_in_date(case, one, host.at) for one in documents(case))
    assert (case.state in TERMINAL) == (case.exited is not None)
    if case.state is S.DORMANT or case.state in TERMINAL:
        assert not [one for one in case.open_requests if one.kind in (K.INSURANCE, K.RENEWAL, K.SAFETY_CHECK)]
    if case.state in (S.INTERESTED, S.VETTED, S.RENEWAL) and not case.leaving:
        asked = {one.ask_id for one in case.open_requests} | {one.ask.id for one in openings(TABLE, case)}
        for ask in documents(case):
            renewals = {one.id for one in renewals_of(case, ask)}
            assert is_in_date(case, ask, host.at) or asked & {ask.id, *renewals}, f"nobody is asked for {ask.id}"
    if case.state in (S.CONTACTED, S.VETTED):
        assert case.open_requests
    view = partnership_view(case)
    assert PartnershipView.model_validate_json(view.model_dump_json()) == view
    assert view.may_host == may_host(case)
    assert partnership_story(case)
    assert due is None or partnership_alarm(case)


def _is_the_sum_of_its_events(host: Host) -> None:
    first, told = contact(first_contact(), MONDAY)
    assert list(told) == host.events[: len(told)]
    for event in host.events[len(told) :]:
        first = evolve(TABLE, first, event)
    assert first == host.case


# --- the table itself -----------------------------------------------------------------------------------------------


def test_every_state_can_be_reached_and_every_end_can_be_left_by_reopening_only() -> None:
    assert TABLE.later[S.CONTACTED] | {S.CONTACTED} == set(S)
    leaving = {event.__name__ for (state, event), _ in TABLE.transitions.items() if state in TERMINAL}
    assert leaving == {"PartnershipReopened"}


def test_every_command_of_the_table_is_known_and_every_other_is_refused() -> None:
    host = contacted()
    for name, states in ALLOWED.items():
        assert states, name
    with pytest.raises(Refused, match="is contacted; 'renew' is not possible now") as refused:
        host.say(RenewPartnership(valid_until=date(2028, 1, 1)))
    assert refused.value.code is ProblemCode.NOT_ALLOWED_NOW
    assert INTERNAL & set(ALLOWED) == {"record_bounce", "tick"}


def test_a_document_matters_only_where_there_is_one() -> None:
    assert HOSTS < IN_DATE
    assert out_of_date(contacted().case, MONDAY) == ()


def test_the_face_of_the_registry_begins_and_decides_like_the_core() -> None:
    begun = begin(PARTNERSHIP, first_contact(), MONDAY)
    assert [one.effect for one in begun.effects] == ["notify"]
    assert PARTNERSHIP.attributes(begun.state).host == "hst-1"
    assert PARTNERSHIP.attributes(begun.state).awaiting == ("site_contact",)
    assert not PARTNERSHIP.is_over(begun.state, MONDAY)
    due = PARTNERSHIP.next_due(begun.state)
    assert due is not None
    ticked = decide(PARTNERSHIP, begun.state, Tick(), due)
    assert [event.type for event in ticked.events] == ["request.reminded"]
    assert partnership_details(begun.state) == "Host hst-1; first contact 2027-01-04; program version 2027.1."


def test_the_story_says_who_is_awaited_and_what_holds_until_when() -> None:
    host = contacted()
    story = partnership_story(host.case)
    assert "host interest awaited of site contact con-1" in story
    assert "last heard of 2027-01-04" in story
    assert all(one.state is RequestState.OPEN for one in host.case.requests)
