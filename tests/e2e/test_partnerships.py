"""An employer is won over real mail, and hears of what happens in the placements there."""

from datetime import datetime, timedelta
from typing import Any

import httpx2

from tests.e2e.people import AT_THE_WORKSITE, Outside, until

HOST, PAR = "hst-4005", "par-hst-4005"
TODAY = datetime.now(AT_THE_WORKSITE).date().isoformat()
NEXT_YEAR = (datetime.now(AT_THE_WORKSITE).date() + timedelta(days=365)).isoformat()
INSURED = {"decision": "provided", "kind": "both", "insurer": "Harbor Mutual", "valid_until": NEXT_YEAR}
SAFE = {"decision": "passed", "checked_on": TODAY, "valid_until": NEXT_YEAR}
SIGNED = {"decision": "sign", "valid_until": NEXT_YEAR, "signature": "Ada Example"}
INTERESTED = {"decision": "interested", "seats": "2", "season": "summer"}


async def _partnership(outside: Outside) -> dict[str, Any]:
    return (await outside.api.get(f"/partnerships/{PAR}")).json()


async def _answer(outside: Outside, request_id: str, raw: dict[str, str]) -> None:
    """Post a form behind the link that was mailed for it."""
    link = await outside.link(PAR, request_id)
    async with httpx2.AsyncClient(timeout=20) as person:
        answer = await person.post(link, data=raw)
    assert answer.status_code == 200, answer.text


async def test_a_host_signs_by_mail_and_its_answers_in_placements_count_as_words(outside: Outside) -> None:
    opened = await outside.send("partnership.contacted", host_id=HOST)
    assert opened.status_code in (200, 202), opened.text

    async def there() -> bool:
        return (await _partnership(outside)).get("id") == PAR

    await until(there)
    early = await outside.send("opportunity.opened", "opp-par", host_id=HOST, **_offer())
    assert (early.status_code, early.json()["code"]) == (409, "not_allowed_now")

    for request_id, raw in (
        ("host_interest", INTERESTED),
        ("insurance", INSURED),
        ("safety_check", SAFE),
        ("agreement.site_contact", SIGNED),
        ("agreement.engagement_manager", SIGNED),
    ):
        await _answer(outside, request_id, raw)

    async def may_host() -> bool:
        seen = await _partnership(outside)
        return (seen["state"], seen["may_host"]) == ("active", True)

    assert await until(may_host)

    async def welcomed() -> bool:
        told = await outside.events("partnerships", PAR)
        sent = [one["data"]["message"] for one in told if one["type"] == "message.sent"]
        return sent.count("partnership_active_notification") == 2

    assert await until(welcomed)

    assert (await outside.send("opportunity.opened", "opp-par", host_id=HOST, **_offer())).status_code == 200
    await outside.placement("pl-par", "lrn-1047", "opp-par")
    await outside.answer("pl-par", "host_confirmation", "accept")

    async def heard() -> bool:
        told = await outside.events("partnerships", PAR)
        return any(one["type"] == "partnership.host_answered" and one["data"]["accepted"] for one in told)

    assert await until(heard)


def _offer() -> dict[str, Any]:
    return {
        "program": "boston-summer-internship",
        "seats": 1,
        "start": "2027-07-06",
        "end": "2027-08-13",
        "supervisor_id": "sup-2012",
        "title": "Apprentice",
        "job_skills": ["Measuring", "Safety", "Teamwork"],
    }
