"""A host is contacted, vetted, signs, hosts, renews, rests and comes back."""

from datetime import date

import pytest

from lifecycle.partnership_shown import may_host
from schemas.partnership import (
    EndPartnership,
    NotePlacementCompleted,
    RenewPartnership,
    ReopenPartnership,
    ReplaceContact,
)
from schemas.placement_commands import RecordBounce, Return, Waive
from schemas.problems import ProblemCode, Refused
from schemas.vocabulary import OutreachChannel, OutreachOutcome, Role
from schemas.vocabulary import PartnershipState as S
from tests.lifecycle.hosts import A_YEAR, TEAM, TWO_YEARS, Host, active, contacted, first_contact, interested, vetted
from tests.lifecycle.lives import local


def test_a_contacted_host_is_asked_whether_it_would_host() -> None:
    host = contacted()
    assert host.types() == ["partnership.contacted", "request.opened"]
    assert (host.state, host.request("host_interest").person_id) == (S.CONTACTED, "con-1")


def test_a_host_that_says_yes_at_the_first_call_is_not_asked_in_writing() -> None:
    host = contacted(channel=OutreachChannel.PHONE, outcome=OutreachOutcome.INTERESTED)
    assert host.types()[:3] == ["partnership.contacted", "partnership.outreach_logged", "partnership.interested"]
    assert host.open() == ["insurance", "safety_check"]


def test_insurance_is_asked_of_the_host_and_the_safety_check_of_the_engagement_manager() -> None:
    host = interested()
    asked = {one.id: one.person_id for one in host.case.open_requests}
    assert asked == {"insurance": "con-1", "safety_check": "em-1"}


def test_a_host_is_vetted_once_both_are_in_date() -> None:
    host = interested()
    host.submit("insurance", "provided", A_YEAR)
    assert host.state is S.INTERESTED
    assert "partnership.vetted" in host.submit("safety_check", "passed", TWO_YEARS)
    assert host.open() == ["agreement.site_contact", "agreement.engagement_manager"]


def test_it_hosts_when_both_sides_have_signed_and_both_are_told() -> None:
    host = vetted()
    host.submit("agreement.site_contact", "sign", TWO_YEARS)
    assert host.state is S.VETTED
    assert not may_host(host.case)
    host.submit("agreement.engagement_manager", "sign", TWO_YEARS)
    assert host.state is S.ACTIVE
    assert may_host(host.case)
    assert host.told("partnership_active_notification") == ["con-1", "em-1", "cs-1"]


def test_an_insurance_that_need_not_be_shown_is_waived() -> None:
    host = interested()
    host.say(Waive(request_id="insurance", reason="insured_by_school"))
    host.submit("safety_check", "passed", TWO_YEARS)
    assert host.state is S.VETTED


def test_a_document_that_has_expired_is_not_taken() -> None:
    host = interested()
    with pytest.raises(Refused, match="valid_until: 2026-12-31 is over; send a document that holds"):
        host.submit("insurance", "provided", date(2026, 12, 31))


@pytest.mark.parametrize(
    ("decision", "state", "reason"), [("not_now", S.DORMANT, "not_now"), ("declined", S.DECLINED, "host_declined")]
)
def test_a_no_is_final_and_not_now_is_not(decision: str, state: S, reason: str) -> None:
    host = contacted()
    host.submit("host_interest", decision)
    assert (host.state, host.case.reason) == (state, reason)
    assert host.open() == []


@pytest.mark.parametrize(
    ("request_id", "decision", "reason"),
    [("insurance", "refused", "insurance_refused"), ("safety_check", "failed", "safety_check_failed")],
)
def test_a_host_without_insurance_or_safety_rests_and_goes_on_from_there(
    request_id: str, decision: str, reason: str
) -> None:
    host = interested()
    host.submit(request_id, decision)
    assert (host.state, host.case.reason) == (S.DORMANT, reason)
    assert host.told("partnership_dormant_warning") == ["em-1", "cs-1"]
    host.say(ReopenPartnership())
    assert host.state is S.INTERESTED
    assert sorted(host.open()) == ["insurance", "safety_check"]


def test_a_host_that_does_not_sign_has_declined_and_is_asked_anew_when_reopened() -> None:
    host = vetted()
    host.submit("agreement.site_contact", "decline")
    assert (host.state, host.case.reason) == (S.DECLINED, "agreement_declined")
    assert host.told("partnership_declined_notification") == ["em-1", "cs-1"]
    with pytest.raises(Refused, match="is declined") as refused:
        host.log("interested")
    assert refused.value.code is ProblemCode.CLOSED
    host.say(ReopenPartnership())
    assert (host.state, host.open()) == (S.CONTACTED, ["host_interest"])
    host.submit("host_interest", "interested")
    assert (host.state, host.open()) == (S.VETTED, ["agreement.site_contact", "agreement.engagement_manager"])


# --- renewal --------------------------------------------------------------------------------------------------------


def test_a_month_before_the_insurance_expires_a_new_one_is_asked_for_and_hosting_goes_on() -> None:
    host = active()
    host.tick_until(S.RENEWAL)
    assert host.at == local("2028-01-03 09:00")
    assert host.request("insurance_renewal.1").person_id == "con-1"
    assert may_host(host.case)
    assert "partnership.renewed" in host.submit("insurance_renewal.1", "renewed", TWO_YEARS)
    assert host.state is S.ACTIVE


def test_a_renewal_climbs_from_the_host_to_the_engagement_manager_to_the_career_specialist() -> None:
    host = active()
    host.pass_days_until(local("2028-02-01 12:00"))
    asked = [(one.how, one.person_id) for one in host.request("insurance_renewal.1").asked]
    assert asked == [
        ("opened", "con-1"),
        ("reminded", "con-1"),
        ("reminded", "con-1"),
        ("escalated", "em-1"),
        ("escalated", "cs-1"),
    ]


def test_an_expired_insurance_blocks_hosting_from_midnight_until_it_is_renewed() -> None:
    host = active()
    host.pass_days_until(local("2028-01-31 23:59"))
    assert may_host(host.case)
    host.pass_days_until(local("2028-02-01 00:00"))
    assert (host.case.blocked_by, may_host(host.case)) == (("insurance",), False)
    assert host.told("partnership_blocked_warning") == ["con-1", "em-1", "cs-1"]
    told = host.submit("insurance_renewal.1", "renewed", TWO_YEARS)
    assert told[-2:] == ["partnership.renewed", "partnership.cleared"]
    assert may_host(host.case)


def test_a_renewal_that_never_comes_leaves_the_host_dormant_and_the_document_is_asked_anew_when_it_is_back() -> None:
    host = active()
    host.tick_until(S.DORMANT)
    assert host.case.reason == "not_renewed"
    assert host.at == local("2028-03-01 17:00")
    host.log("interested")
    assert (host.state, host.open()) == (S.INTERESTED, ["insurance"])
    host.submit("insurance", "provided", TWO_YEARS)
    assert host.state is S.ACTIVE
    host.tick_until(S.RENEWAL)
    assert {"insurance_renewal.2", "agreement_renewal.1", "safety_renewal.1"} & set(host.open())


def test_a_host_that_will_not_renew_its_insurance_hosts_to_its_last_day() -> None:
    host = active()
    host.tick_until(S.RENEWAL)
    host.submit("insurance_renewal.1", "not_renewed")
    assert (host.state, may_host(host.case)) == (S.RENEWAL, True)
    host.tick_until(S.DORMANT)
    assert host.at == local("2028-02-01 00:00")


def test_every_renewal_is_asked_once_and_the_next_with_the_next_document() -> None:
    host = active(TWO_YEARS, TWO_YEARS, A_YEAR)
    host.tick_until(S.RENEWAL)
    assert host.open() == ["agreement_renewal.1"]
    host.submit("agreement_renewal.1", "renew", date(2028, 7, 31))
    host.tick_until(S.RENEWAL)
    assert "agreement_renewal.2" in host.open()
    assert host.at == local("2028-06-01 09:00")


def test_an_agreement_that_is_not_renewed_is_kept_to_its_last_day_and_then_ends() -> None:
    host = active(TWO_YEARS, TWO_YEARS, A_YEAR)
    host.tick_until(S.RENEWAL)
    assert "partnership.leaving" in host.submit("agreement_renewal.1", "end")
    assert may_host(host.case)
    host.tick_until(S.ENDED)
    assert (host.at, host.case.reason) == (local("2028-02-01 00:00"), "agreement_ended")


def test_an_agreement_renewed_by_telephone_needs_no_form() -> None:
    host = active(TWO_YEARS, TWO_YEARS, A_YEAR)
    host.tick_until(S.RENEWAL)
    told = host.say(RenewPartnership(valid_until=date(2028, 12, 31)))
    assert told == ["request.withdrawn", "partnership.agreement_renewed", "partnership.renewed"]
    host.tick_until(S.RENEWAL)
    assert (host.open(), host.at) == (["agreement_renewal.2"], local("2028-11-01 09:00"))


def test_an_agreement_is_renewed_for_longer_only_and_only_where_there_is_one() -> None:
    with pytest.raises(Refused, match="valid_until: 2028-01-31 is not after 2029-01-31"):
        active().say(RenewPartnership(valid_until=A_YEAR))
    host = contacted()
    host.submit("host_interest", "not_now")
    with pytest.raises(Refused, match="has no agreement that could be renewed"):
        host.say(RenewPartnership(valid_until=A_YEAR))


def test_an_insurance_given_back_to_be_put_right_blocks_until_it_is_there() -> None:
    host = active()
    told = host.say(Return(request_id="insurance", reason="wrong_date"))
    assert told == ["request.returned", "partnership.renewal_due", "partnership.blocked"]
    host.submit("insurance", "provided", TWO_YEARS)
    assert (host.state, may_host(host.case)) == (S.ACTIVE, True)


def test_an_insurance_that_expires_before_the_safety_check_is_done_is_asked_for_again() -> None:
    host = interested()
    host.submit("insurance", "provided", date(2027, 1, 20))
    assert "insurance_renewal.1" in host.open()
    host.submit("insurance_renewal.1", "renewed", A_YEAR)
    host.submit("safety_check", "passed", TWO_YEARS)
    assert host.state is S.VETTED


def test_what_two_sides_sign_holds_as_long_as_the_one_that_holds_shortest() -> None:
    host = vetted(TWO_YEARS)
    host.submit("agreement.site_contact", "sign", A_YEAR)
    host.submit("agreement.engagement_manager", "sign", TWO_YEARS)
    host.tick_until(S.RENEWAL)
    assert host.at == local("2027-12-02 09:00")


# --- ends and people ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("begin", [contacted, interested, vetted, active])
def test_a_partnership_can_be_ended_from_wherever_it_stands(begin: type[Host]) -> None:
    host = begin()
    host.say(EndPartnership(reason="moved_away"))
    assert (host.state, host.case.reason, host.open()) == (S.ENDED, "moved_away", [])
    assert host.told("partnership_ended_notification") == ["con-1", "em-1", "cs-1"]


def test_a_host_that_left_and_comes_back_signs_anew_but_keeps_what_is_in_date() -> None:
    host = active()
    host.say(EndPartnership(reason="moved_away"))
    host.say(ReopenPartnership())
    host.submit("host_interest", "interested")
    assert (host.state, host.open()) == (S.VETTED, ["agreement.site_contact", "agreement.engagement_manager"])
    host.submit("agreement.site_contact", "sign", A_YEAR)
    host.submit("agreement.engagement_manager", "sign", A_YEAR)
    assert host.state is S.ACTIVE
    assert host.case.exited is None


def test_another_contact_takes_over_what_is_open() -> None:
    host = interested()
    told = host.say(ReplaceContact(role=Role.SITE_CONTACT, person_id="con-2"))
    assert told == ["partnership.contact_replaced", "request.reassigned"]
    assert host.request("insurance").person_id == "con-2"
    with pytest.raises(Refused, match="con-2 is the site_contact already"):
        host.say(ReplaceContact(role=Role.SITE_CONTACT, person_id="con-2"))


def test_a_dead_address_goes_to_the_engagement_manager_at_once() -> None:
    host = contacted()
    told = host.say(RecordBounce(request_id="host_interest", person_id="con-1"))
    assert told == ["request.bounced", "request.escalated"]
    assert host.request("host_interest").person_id == "em-1"


def test_stand_ins_act_where_the_directory_names_nobody() -> None:
    host = Host(first_contact(team={Role.COORDINATOR: "co-1"}))
    assert host.request("host_interest").person_id == "co-1"
    with pytest.raises(Refused, match=r"host_id: for hst-1 nobody is the site_contact.*name a stand-in") as refused:
        Host(first_contact(team={Role.TEACHER: "tea-1"}))
    assert refused.value.code is ProblemCode.INVALID


def test_a_host_without_a_contact_of_its_own_is_not_written_to() -> None:
    team = {role: person for role, person in TEAM.items() if role not in (Role.SITE_CONTACT, Role.WORKSITE_SUPERVISOR)}
    host = active(team=team)
    assert host.told("partnership_active_notification") == ["em-1", "cs-1"]


# --- placements -----------------------------------------------------------------------------------------------------


def test_a_completed_placement_is_thanked_for_and_the_host_is_asked_again() -> None:
    host = active()
    host.say(NotePlacementCompleted(placement_id="pl-1", evaluated=True))
    assert host.told("partnership_thanks_notification") == ["con-1", "em-1", "cs-1"]
    assert host.request("host_again.1").person_id == "con-1"
    host.submit("host_again.1", "again")
    assert (host.state, host.case.placements) == (S.ACTIVE, 1)


def test_a_host_with_many_learners_is_thanked_once_a_fortnight_and_not_forty_times() -> None:
    host = active()
    for number in range(40):
        host.say(NotePlacementCompleted(placement_id=f"pl-{number}", evaluated=True))
    assert host.told("partnership_thanks_notification").count("con-1") == 1
    assert host.open() == ["host_again.1"]
    assert host.case.placements == 40
    host.submit("host_again.1", "again")
    host.pass_days_until(local("2027-01-25 09:00"))
    host.say(NotePlacementCompleted(placement_id="pl-41", evaluated=False))
    assert host.open() == ["host_again.2"]


@pytest.mark.parametrize(("decision", "state"), [("not_now", S.DORMANT), ("never", S.ENDED)])
def test_a_host_that_does_not_want_again_is_left_in_peace(decision: str, state: S) -> None:
    host = active()
    host.say(NotePlacementCompleted(placement_id="pl-1", evaluated=True))
    host.submit("host_again.1", decision)
    assert (host.state, host.open()) == (state, [])


def test_a_placement_that_ends_after_the_host_has_left_is_thanked_for_all_the_same() -> None:
    host = active()
    host.say(EndPartnership(reason="moved_away"))
    host.say(NotePlacementCompleted(placement_id="pl-1", evaluated=True))
    assert host.told("partnership_thanks_notification") == ["con-1", "em-1", "cs-1"]
    assert host.open() == []
