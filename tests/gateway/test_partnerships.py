"""An employer's partnership through the gateway: first contact, the outreach log, forms, and who may host."""

from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from schemas.vocabulary import Role
from tests.gateway.desk import OFFER, Desk, fields

PAR = "par-hst-4001"
CONTACT = {"host_id": "hst-4001"}
CALLED = CONTACT | {"channel": "phone", "outcome": "interested"}
INSURED = {"decision": "provided", "kind": "both", "insurer": "Eastbank Mutual", "valid_until": "2028-01-31"}
SAFE = {"decision": "passed", "checked_on": "2027-06-01", "valid_until": "2028-06-30"}
SIGNED = {"decision": "sign", "valid_until": "2029-06-30", "signature": "Miriam Feldman"}


async def contacted(desk: Desk, **data: Any) -> None:
    answer = await desk.send("partnership.contacted", data={**CONTACT, **data})
    assert answer.status_code == 200, answer.text


async def view(desk: Desk) -> dict[str, Any]:
    return (await desk.api.get(f"/partnerships/{PAR}")).json()


async def fill(desk: Desk, request_id: str, person_id: str, raw: dict[str, str], role: Role) -> httpx2.Response:
    """Answer a request by its form."""
    link = await desk.link(request_id, lifecycle="partnership", id_=PAR, person_id=person_id, role=role)
    kind = {"content-type": "application/x-www-form-urlencoded"}
    return await desk.person.post(link, content=urlencode(raw), headers=kind)


async def signed(desk: Desk) -> None:
    """Everything that a host needs, handed in by form."""
    await contacted(desk, channel="phone", outcome="interested")
    for request_id, person_id, raw, role in (
        ("insurance", "sup-2003", INSURED, Role.SITE_CONTACT),
        ("safety_check", "stf-3021", SAFE, Role.ENGAGEMENT_MANAGER),
        ("agreement.site_contact", "sup-2003", SIGNED, Role.SITE_CONTACT),
        ("agreement.engagement_manager", "stf-3021", SIGNED, Role.ENGAGEMENT_MANAGER),
    ):
        answer = await fill(desk, request_id, person_id, raw, role)
        assert answer.status_code == 200, answer.text


async def test_a_first_contact_asks_the_site_contact_and_knows_the_hosts_people_and_the_staff(desk: Desk) -> None:
    await contacted(desk)
    seen = await view(desk)
    assert (seen["state"], seen["host_id"], seen["start"]) == ("contacted", "hst-4001", "2027-06-07")
    assert [(one["id"], one["person_id"]) for one in seen["requests"]] == [("host_interest", "sup-2003")]
    assert seen["team"] == {
        "site_contact": "sup-2003",
        "worksite_supervisor": "sup-2001",
        "alternate_supervisor": "sup-2002",
        "coordinator": "stf-3021",
        "program_manager": "stf-3031",
    }


async def test_the_engagement_manager_may_be_named(desk: Desk) -> None:
    await contacted(desk, **CALLED, engagement_manager_id="stf-3001")
    asked = {one["id"]: one["person_id"] for one in (await view(desk))["requests"] if one["state"] == "open"}
    assert asked == {"insurance": "sup-2003", "safety_check": "stf-3001"}


@pytest.mark.parametrize(
    ("data", "field", "told"),
    [
        ({}, "data.host_id", "is missing; send the host's id, such as hst-4001"),
        ({"host_id": "hst-0"}, "data.host_id", "is no host in the directory: hst-0; import its employer first"),
        (CONTACT | {"program": "partnershp"}, "data.program", "did you mean `partnership`?"),
        (CONTACT | {"program": "boston-summer-internship"}, "data.program", "is no partnership's program here"),
        (CONTACT | {"channel": "phone"}, "data.outcome", "is missing; send it with data.channel"),
        (CONTACT | {"outcome": "declined"}, "data.channel", "is missing; send it with data.outcome"),
        (CALLED | {"outcome": "maybe"}, "data.outcome", "send what came of it: interested, not_now"),
        (CONTACT | {"engagement_manager_id": "sup-2001"}, "data.engagement_manager_id", "is nobody of the staff"),
        (CONTACT | {"clock": {"speed": 2}}, "data.clock", "is for rehearsals"),
    ],
)
async def test_a_contact_that_cannot_be_names_its_field(
    open_desk: Desk, data: dict[str, Any], field: str, told: str
) -> None:
    answer = await open_desk.send("partnership.contacted", data=data)
    assert answer.status_code == 422
    assert told in fields(answer)[field]


async def test_the_id_of_a_partnership_follows_from_its_host(open_desk: Desk) -> None:
    answer = await open_desk.send("partnership.contacted", "par-1", CONTACT)
    assert fields(answer)["subject"] == f"is not the partnership of hst-4001; send {PAR}, or leave it out"


async def test_a_host_is_contacted_for_the_first_time_once(desk: Desk) -> None:
    await contacted(desk)
    again = await desk.send("partnership.contacted", data=CONTACT)
    assert (again.status_code, again.json()["code"]) == (409, "already_exists")
    assert "send org.journeywork.partnership.outreach_logged" in again.json()["detail"]


async def test_the_outreach_log_moves_the_partnership_and_stands_in_its_timeline(desk: Desk) -> None:
    await contacted(desk)
    for outcome, state in (("no_answer", "contacted"), ("not_now", "dormant"), ("interested", "interested")):
        answer = await desk.send("partnership.outreach_logged", PAR, {"channel": "visit", "outcome": outcome})
        assert answer.json()["state"] == state
    told = (await desk.api.get(f"/partnerships/{PAR}/timeline")).json()["items"]
    log = [one["data"]["outcome"] for one in told if one["type"] == "partnership.outreach_logged"]
    assert log == ["no_answer", "not_now", "interested"]


async def test_forms_hand_in_documents_with_their_last_days_until_the_host_may_host(desk: Desk) -> None:
    await signed(desk)
    seen = await view(desk)
    assert (seen["state"], seen["may_host"], seen["end"]) == ("active", True, "2029-06-30")
    assert seen["valid_until"] == {"insurance": "2028-01-31", "safety_check": "2028-06-30", "agreement": "2029-06-30"}


async def test_the_day_a_host_wants_to_be_asked_again_is_kept(desk: Desk) -> None:
    await contacted(desk)
    raw = {"decision": "not_now", "ask_again_on": "2027-09-01"}
    answer = await fill(desk, "host_interest", "sup-2003", raw, Role.SITE_CONTACT)
    assert answer.status_code == 200, answer.text
    seen = await view(desk)
    assert (seen["state"], seen["again_on"]) == ("dormant", "2027-09-01")
    assert seen["next_due_at"] == "2027-09-01T13:00:00Z"


async def test_nobody_is_placed_at_a_host_whose_partnership_says_no(desk: Desk) -> None:
    await desk.opened()
    await contacted(desk)
    placement = {"learner_id": "lrn-1042", "opportunity_id": "opp-6001"}
    for type_, subject, data in (
        ("placement.proposed", "pl-1", placement),
        ("opportunity.opened", "opp-new", OFFER),
    ):
        refused = await desk.send(type_, subject, data)
        assert (refused.status_code, refused.json()["code"]) == (409, "not_allowed_now")
        assert refused.json()["detail"] == f"host hst-4001 takes nobody now; partnership {PAR}: it is contacted"


async def test_learners_are_placed_where_everything_is_in_date_and_nowhere_else(desk: Desk) -> None:
    await desk.opened()
    await signed(desk)
    placement = {"learner_id": "lrn-1042", "opportunity_id": "opp-6001"}
    assert (await desk.send("placement.proposed", "pl-1", placement)).status_code == 200
    await desk.send("request.returned", PAR, {"request_id": "insurance", "reason": "x", "lifecycle": "partnership"})
    refused = await desk.send("placement.proposed", "pl-2", placement | {"learner_id": "lrn-1043"})
    assert refused.json()["detail"].endswith("not in date: insurance")


async def test_who_speaks_for_a_host_works_there_and_who_looks_after_it_is_staff(desk: Desk) -> None:
    await contacted(desk)
    for role, person_id, told in (
        ("site_contact", "sup-2004", "does not work at hst-4001: sup-2004"),
        ("engagement_manager", "sup-2001", "is nobody of the staff: sup-2001"),
    ):
        refused = await desk.send("partnership.contact_replaced", PAR, {"role": role, "person_id": person_id})
        assert told in fields(refused)["data.person_id"]
    answer = await desk.send("partnership.contact_replaced", PAR, {"role": "site_contact", "person_id": "sup-2002"})
    assert answer.status_code == 200
    assert (await view(desk))["requests"][0]["person_id"] == "sup-2002"


async def test_a_partnership_ends_and_is_reopened(desk: Desk) -> None:
    await contacted(desk)
    ended = await desk.send("partnership.ended", PAR, {"reason": "moved_away"})
    late = await desk.send("partnership.outreach_logged", PAR, {"channel": "email", "outcome": "no_answer"})
    reopened = await desk.send("partnership.reopened", PAR)
    assert (ended.json()["state"], late.json()["code"], reopened.json()["state"]) == ("ended", "closed", "contacted")


async def test_a_partnerships_requests_are_sent_anew_and_waived_like_any_other(desk: Desk) -> None:
    await contacted(desk, channel="event", outcome="interested")
    about = {"lifecycle": "partnership", "request_id": "insurance"}
    resent = await desk.send("request.resent", PAR, about)
    waived = await desk.send("request.waived", PAR, about | {"reason": "insured_by_school"})
    unknown = await desk.send("request.resent", "par-0", about)
    assert (resent.status_code, waived.status_code) == (200, 200)
    assert "is no partnership that is known here" in fields(unknown)["subject"]
    adopted = await desk.send("program.adopted", PAR, {"lifecycle": "partnership"})
    assert (adopted.json()["code"], adopted.json()["detail"]) == (
        "not_allowed_now",
        f"partnership {PAR} runs by version 2027.1 already",
    )


async def test_a_placements_program_is_none_for_a_partnership_and_the_other_way_round(desk: Desk) -> None:
    refused = await desk.send("opportunity.opened", "opp-new", OFFER | {"program": "partnership"})
    assert "is no program here" in fields(refused)["data.program"]
