"""A host nobody hears from: called, dormant, called again; and what counts as a word from it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.partnership import NoteAnswer, NotePlacementCompleted, NoteSilence, ReopenPartnership
from schemas.problems import Refused
from schemas.programs import Program
from schemas.vocabulary import PartnershipState as S
from tests.lifecycle.hosts import TWO_YEARS, Host, active, changed, contacted, interested, vetted
from tests.lifecycle.lives import local

LONG = date(2035, 1, 31)


def quiet(**rule: Any) -> Program:
    """The shipped program with another rule for silent hosts."""
    return changed(lambda parts: parts["silence"].update(rule))


def settled(**rule: Any) -> Host:
    """An active host whose documents hold for years."""
    return active(LONG, LONG, LONG, plan=quiet(**rule))


def test_a_host_that_never_answers_the_first_question_is_dormant_and_its_people_are_told() -> None:
    host = contacted()
    host.tick_until(S.DORMANT)
    assert (host.case.reason, host.at) == ("no_answer", local("2027-02-02 17:00"))
    assert [one.person_id for one in host.request("host_interest").asked] == ["con-1", "con-1", "em-1", "cs-1"]
    assert host.told("partnership_dormant_warning") == ["con-1", "em-1", "cs-1"]


@pytest.mark.parametrize(
    ("begin", "reason"), [(interested, "no_insurance"), (vetted, "agreement_not_signed")], ids=["interested", "vetted"]
)
def test_silence_on_the_way_leaves_a_host_dormant_with_its_own_reason(begin: type[Host], reason: str) -> None:
    host = begin()
    if begin is interested:
        host.submit("safety_check", "passed", TWO_YEARS)
    host.tick_until(S.DORMANT)
    assert host.case.reason == reason


def test_a_safety_check_that_staff_never_make_does_not_count_against_the_host() -> None:
    host = interested()
    host.submit("insurance", "provided", TWO_YEARS)
    host.tick_until(S.DORMANT)
    assert (host.case.reason, host.case.unanswered) == ("no_safety_check", 0)


def test_a_host_unheard_for_three_months_is_called() -> None:
    host = settled()
    host.tick_until(lambda one: "partnership.host_silent" in one.types())
    assert host.at == local("2027-04-05 09:00")
    assert host.request("call.1").person_id == "em-1"


def test_a_call_that_nobody_answers_makes_it_dormant_two_months_later() -> None:
    host = settled()
    host.tick_until(lambda one: bool(one.open()))
    host.submit("call.1", "no_answer")
    assert (host.state, host.case.unanswered) == (S.ACTIVE, 1)
    host.tick_until(S.DORMANT)
    assert (host.case.reason, host.at) == ("silence", local("2027-06-03 09:00"))


def test_a_call_that_is_answered_starts_the_silence_anew() -> None:
    host = settled()
    host.tick_until(lambda one: bool(one.open()))
    host.submit("call.1", "interested")
    assert (host.state, host.case.last_heard) == (S.ACTIVE, date(2027, 4, 5))
    host.tick_until(lambda one: bool(one.open()))
    assert (host.open(), host.at) == (["call.2"], local("2027-07-06 09:00"))


def test_without_an_unanswered_contact_silence_is_nobodys_fault() -> None:
    host = settled(contacts=3)
    for days in range(100, 400, 100):
        host.pass_days_until(local("2027-01-04 12:00") + timedelta(days=days))
        assert host.state is S.ACTIVE
        host.say(NoteSilence())
    assert (host.state, host.case.reason) == (S.DORMANT, "silence")


def test_a_placements_questions_count_as_contacts_and_its_answers_as_words() -> None:
    host = settled(contacts=2)
    host.say(NoteSilence())
    host.say(NoteSilence())
    assert host.case.unanswered == 2
    host.say(NoteAnswer(accepted=False))
    assert (host.case.unanswered, host.case.last_heard) == (0, date(2027, 1, 4))


def test_a_host_is_not_silent_while_a_learner_is_there() -> None:
    host = settled(contacts=0)
    host.say(NoteAnswer(accepted=True, hosts_until=date(2027, 12, 17)))
    host.say(NoteAnswer(accepted=True, hosts_until=date(2027, 6, 30)))
    host.tick_until(lambda one: bool(one.open()))
    assert host.at == local("2028-03-16 09:00")


def test_a_dormant_host_is_called_again_twice_a_year() -> None:
    host = settled(contacts=0)
    host.tick_until(S.DORMANT)
    assert host.at.date() == date(2027, 6, 3)
    host.tick_until(lambda one: one.open() == ["call.2"])
    assert host.at.date() == date(2027, 6, 3) + timedelta(days=180)
    host.submit("call.2", "no_answer")
    host.tick_until(lambda one: one.open() == ["call.3"])
    assert host.state is S.DORMANT


def test_a_host_that_nobody_ever_called_is_not_dormant_but_to_be_called_again() -> None:
    host = settled()
    host.tick_until(lambda one: one.open() == ["call.3"])
    assert (host.state, host.at.date()) == (S.ACTIVE, date(2027, 10, 4))


def test_an_answer_wakes_a_dormant_host_where_it_stood() -> None:
    host = settled(contacts=0)
    host.tick_until(S.DORMANT)
    told = host.log("interested")
    assert told == [
        "partnership.outreach_logged",
        "partnership.woken",
        "partnership.interested",
        "partnership.vetted",
        "partnership.activated",
    ]
    assert host.state is S.ACTIVE


def test_an_attempt_that_nobody_answers_wakes_nobody() -> None:
    host = settled()
    host.tick_until(S.DORMANT)
    assert host.log("no_answer") == ["partnership.outreach_logged"]
    assert host.state is S.DORMANT


def test_a_reopened_host_is_asked_anew_with_a_ladder_and_a_silence_of_its_own() -> None:
    host = contacted()
    host.tick_until(S.DORMANT)
    assert host.say(ReopenPartnership()) == ["partnership.woken", "request.reopened"]
    again = host.request("host_interest")
    assert (host.state, again.person_id, again.is_open) == (S.CONTACTED, "con-1", True)
    host.tick_until(S.DORMANT)
    assert [one.person_id for one in host.request("host_interest").asked][4:] == ["con-1", "con-1", "em-1", "cs-1"]
    assert len({one.key for one in host.effects}) == len(host.effects)


def test_a_host_that_asks_to_be_asked_later_is_called_on_that_day_and_not_before() -> None:
    host = active(LONG, LONG, LONG)
    host.log("not_now", again_on=date(2027, 9, 1))
    assert (host.state, host.case.reason) == (S.DORMANT, "not_now")
    assert host.told("partnership_dormant_warning") == ["em-1", "cs-1"]
    host.tick()
    assert (host.at, host.open()) == (local("2027-09-01 09:00"), ["call.1"])


def test_the_day_a_form_asks_for_is_kept_too() -> None:
    host = contacted()
    host.submit("host_interest", "not_now", again_on=date(2027, 5, 3))
    host.tick()
    assert (host.at, host.open()) == (local("2027-05-03 09:00"), ["call.1"])
    host.submit("call.1", "interested")
    assert host.state is S.INTERESTED


def test_an_evaluation_is_a_word_of_the_hosts_and_a_missing_one_is_not() -> None:
    host = settled()
    later = local("2027-03-01 10:00")
    host.say(NotePlacementCompleted(placement_id="pl-1", evaluated=False), later)
    assert host.case.last_heard == date(2027, 1, 4)
    host.say(NotePlacementCompleted(placement_id="pl-2", evaluated=True))
    assert host.case.last_heard == date(2027, 3, 1)


def test_a_program_without_a_rule_lets_a_host_be_silent() -> None:
    host = active(LONG, LONG, LONG, plan=changed(lambda parts: parts.update(silence=None)))
    host.tick_until(S.RENEWAL)
    assert host.at > local("2034-01-01 09:00")


def test_a_rule_that_leaves_no_time_to_answer_a_call_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"90 is not more than call_days \(90\)"):
        quiet(dormant_days=90)


def test_a_declined_host_is_left_in_peace_for_good() -> None:
    host = contacted()
    host.log("declined")
    assert host.state is S.DECLINED
    with pytest.raises(AssertionError, match="time never acts"):
        host.tick()
    with pytest.raises(Refused):
        host.log("no_answer")


def test_time_never_rings_for_nothing() -> None:
    """The alarm stops at once when a tick changes nothing: here it never does, for three years."""
    for start in (contacted, interested, vetted, active):
        host = start()
        end: datetime = host.at + timedelta(days=3 * 365)
        host.pass_days_until(end)
