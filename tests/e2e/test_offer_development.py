"""An offer from its proposal to its first learner, by mail and forms: nobody is placed before a person has looked."""

from typing import Any

from tests.e2e.people import Outside, until

PROPOSAL: dict[str, Any] = {
    "host_id": "hst-4001",
    "program": "boston-summer-internship",
    "seats": 1,
    "start": "2027-07-06",
    "end": "2027-08-13",
    "supervisor_id": "sup-2001",
    "title": "Workshop intern",
    "proposed_by": "worksite_supervisor",
    "school_id": "org-0101",
    "hazardous_tasks": ["power_saws"],
}


async def test_an_offer_is_described_held_against_the_law_reviewed_and_opened(outside: Outside) -> None:
    id_ = "opp-developed"

    async def view() -> dict[str, Any]:
        return (await outside.api.get(f"/opportunities/{id_}")).json()

    async def reviewed() -> bool:
        return (await view())["state"] == "reviewed"

    async def opened() -> bool:
        return (await view())["state"] == "open"

    assert (await outside.send("opportunity.proposed", id_, **PROPOSAL)).status_code == 200
    assert (await outside.answer(id_, "design", "designed")).status_code == 200
    assert (await outside.answer(id_, "safety_review.1", "allowed")).status_code == 200
    assert "power_saws" in (await view())["hazards"]
    assert (await outside.answer(id_, "curriculum_review", "approve")).status_code == 200
    await until(reviewed)
    assert (await outside.answer(id_, "opportunity_review", "open")).status_code == 200
    await until(opened)
    placed = await outside.send("placement.proposed", "pl-developed", learner_id="lrn-1044", opportunity_id=id_)
    assert placed.status_code == 200, placed.text

    async def host_was_told() -> bool:
        messages = (await outside.api.get(f"{outside.mail}/messages.json")).json()
        return any(one["subject"] == "Your offer is open: Workshop intern" for one in messages)

    await until(host_was_told)
