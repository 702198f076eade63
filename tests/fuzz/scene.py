"""What the inputs are about: the sample's people, who asks, and lifecycles in every stage that anything is done to."""

import asyncio
import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import httpx2

from gateway.imports.report import Kind
from gateway.imports.run import import_source
from gateway.services import real_now
from records import links, sign_in
from records.health import borrow
from records.pool import Connection, Pool
from schemas.base import LifecycleName
from schemas.vocabulary import Role
from tests.fuzz.files import SAMPLE, TODAY

STAFF = ("stf-3021", "stf-3001", "dir-1")
"""The district's coordinator, a Career Specialist, and a director, who is added."""

LEARNERS = {"pl-1": "lrn-1043", "pl-2": "lrn-1042", "pl-3": "lrn-1044", "pl-4": "lrn-1045", "pl-5": "lrn-1046"}
PARTNERSHIP = "par-hst-4002"
ROOMS: dict[LifecycleName, str] = {
    "placement": "placements",
    "opportunity": "opportunities",
    "partnership": "partnerships",
    "incident": "incidents",
}
IMPORTED: tuple[Kind, ...] = ("oneroster", "employers", "opportunities", "calendars")
KNOWN = re.compile(r"\b(pl-[1-9]|opp-6001|opp-[1-5]|inc-1|wh-[0-3]|link-[0-3]|e-1)(?![\w-])")
DIRECTOR = """
insert into people (id, given_name, family_name, email, language, status)
values ('dir-1', 'Dora', 'Head', 'dora.head@example.org', 'en', 'active') on conflict do nothing;
insert into school_roles (person_id, organisation_id, role, is_primary, by_office, status)
values ('dir-1', 'org-0001', 'director', true, false, 'active') on conflict do nothing
"""
REACHED_WITHIN = 60
"""Seconds within which a placement comes into a state; a seat is given by another lifecycle."""
TAKEN = (200, 202, 409)
"""How an event is answered that is right, if not by its lifecycle then by the gateway."""

NewClient = Callable[[Mapping[str, str]], httpx2.AsyncClient]
"""Makes a client that sends these headers with every request."""


@dataclass
class Scene:
    """`api` has a key, `person` has none, and each of `staff` is signed in. `links` are paths of mailed links.

    Inputs name pl-1 to pl-9, opp-6001, opp-1 to opp-5, inc-1, e-1, four webhooks (wh-0) and four links' tokens
    (link-0); in every round these stand for others.
    pl-1 is proposed, pl-2 offered, pl-3 prepared, the learner of pl-4 works, and pl-5 is assessed. opp-6001 is open,
    opp-1 proposed; the others are there for inputs to begin.
    """

    pool: Pool
    api: httpx2.AsyncClient
    person: httpx2.AsyncClient
    staff: list[httpx2.AsyncClient] = field(default_factory=list[httpx2.AsyncClient])
    links: list[str] = field(default_factory=list[str])
    now: Callable[[], datetime] = real_now
    made: dict[str, str] = field(default_factory=dict[str, str])
    round: int = 0
    told: int = 0

    def named(self, text: str) -> str:
        """The text with the ids of this round."""
        return KNOWN.sub(self._id, text) if self.round else text

    def _id(self, found: re.Match[str]) -> str:
        return self.made.get(found[0], f"{found[0]}-{self.round}")

    async def furnish(self, new_client: NewClient) -> None:
        """Import the sample and sign the staff in."""
        async with borrow(self.pool) as conn:
            await _imported(conn)
            await conn.execute(DIRECTOR)
            tokens = [await sign_in.begin(conn, who, self.now()) for who in STAFF]
        self.staff += [new_client({"cookie": f"journeywork-session={token}"}) for token in tokens]

    async def begin_round(self) -> None:
        """Put the directory right, for anything may have been done to it, and begin what this round is about."""
        self.round += 1
        async with borrow(self.pool) as conn:
            await _imported(conn)
        await self.tell(PARTNERSHIP, "partnership.contacted", {"host_id": PARTNERSHIP.removeprefix("par-")})
        await self.tell(PARTNERSHIP, "partnership.reopened")
        self.made = {"e-1": f"told-{self.told}", **await self._webhooks()}
        offer = {"host_id": "hst-4001", "program": "boston-summer-internship", "supervisor_id": "sup-2001"}
        coming = self._days(200, 240)
        await self.tell("opp-6001", "opportunity.opened", {**offer, **coming, "seats": 6})
        await self.tell("opp-1", "opportunity.proposed", {**offer, **coming, "seats": 2, "school_id": "org-0101"})
        await together(
            self._bring("pl-1", coming),
            self._bring("pl-2", coming, "offered"),
            self._bring("pl-3", coming, "offered", "preparing"),
            self._bring("pl-4", self._days(-20, 3), "offered", "preparing", "active"),
            self._bring("pl-5", self._days(-60, -5), "offered", "preparing", "awaiting_assessment"),
        )
        about = {"severity": "low", "category": "injury", "incident_id": self.named("inc-1")}
        await self.tell("pl-4", "incident.reported", about)
        asked: list[tuple[LifecycleName, str]] = [
            *(("placement", id_) for id_ in LEARNERS),
            *(("opportunity", "opp-1"), ("partnership", PARTNERSHIP), ("incident", "inc-1")),
        ]
        self.links = [link for kind, id_ in asked for link in await self.links_of(kind, self.named(id_))]
        for number in range(4):
            link = self.links[number * len(self.links) // 4]
            self.made[f"link-{number}"] = link.removeprefix("/f/")

    def _days(self, first: int, last: int) -> dict[str, str]:
        today = self.now().date()
        return {"start": _on(today, first), "end": _on(today, last)}

    async def _webhooks(self) -> dict[str, str]:
        """Some that may be changed and sent to; where nothing local may be reached there are none."""
        hook = {"url": "http://127.0.0.1:9/hook", "owner": "integrations@example.org", "purpose": "fuzz"}
        made = [(f"wh-{number}", (await self.api.post("/webhooks", json=hook)).json()) for number in range(4)]
        return {name: one["id"] for name, one in made if "id" in one}

    async def _bring(self, id_: str, days: dict[str, str], *states: str) -> None:
        """Propose a placement and bring it through these states. Raises TimeoutError when it does not come there."""
        about = {"learner_id": LEARNERS[id_], "opportunity_id": self.named("opp-6001")}
        await self.tell(id_, "placement.proposed", about | days)
        for state, type_ in zip(states, ("offer.made", "offer.accepted", "attendance.confirmed"), strict=False):
            if type_ == "attendance.confirmed":
                await self.waive("placement", self.named(id_))
            await self.tell(id_, type_)
            async with asyncio.timeout(REACHED_WITHIN):
                while (await self.view("placement", self.named(id_))).get("state") != state:  # noqa: ASYNC110 - asked
                    await asyncio.sleep(0.05)

    async def tell(
        self, id_: str, type_: str, data: Mapping[str, Any] | None = None, taken: Sequence[int] = TAKEN
    ) -> None:
        """Send an event of the scene's own; a lifecycle may refuse it. Raises RuntimeError on any other answer."""
        self.told += 1
        event = {
            "specversion": "1.0",
            "id": f"told-{self.told}",
            "source": "/scene",
            "type": f"org.journeywork.{type_}",
            "subject": self.named(id_),
            "data": dict(data or {}),
        }
        answer = await self.api.post("/events", json=event)
        if answer.status_code not in taken:
            raise RuntimeError(f"{type_} {id_}: {answer.text}")

    async def waive(self, lifecycle: LifecycleName, id_: str) -> None:
        """Waive everything that is asked of anybody about a case; some things cannot be."""
        for one in await self.asked(lifecycle, id_):
            data = {"request_id": one["id"], "reason": "done_last_year", "lifecycle": lifecycle}
            await self.tell(id_, "request.waived", data, (*TAKEN, 422))

    async def view(self, lifecycle: LifecycleName, id_: str) -> dict[str, Any]:
        """A case as the API shows it; a problem when it is not known."""
        return (await self.api.get(f"/{ROOMS[lifecycle]}/{id_}")).json()

    async def asked(self, lifecycle: LifecycleName, id_: str) -> Sequence[dict[str, Any]]:
        """The open requests of a case; none when it is not known."""
        view = await self.view(lifecycle, id_)
        return [one for one in view.get("requests", ()) if one["state"] == "open"]

    async def links_of(self, lifecycle: LifecycleName, id_: str) -> list[str]:
        """A link of each person who is asked something about a case."""
        now, found = self.now(), list[str]()
        asked = [one for one in await self.asked(lifecycle, id_) if one["person_id"]]
        async with borrow(self.pool) as conn:
            for one in asked:
                token = await links.mint(
                    conn,
                    lifecycle=lifecycle,
                    lifecycle_id=id_,
                    request_id=one["id"],
                    person_id=one["person_id"],
                    role=Role(one["role"]),
                    now_program=now,
                    expires_at=now + timedelta(days=30),
                    notification_key="fuzz",
                )
                found.append(f"/f/{token}")
        return found


async def together(*works: Coroutine[Any, Any, None]) -> None:
    """Do all of it side by side, to the end; then raises what one of them raised."""
    for one in await asyncio.gather(*works, return_exceptions=True):
        if one is not None:
            raise one


def _on(today: date, days: int) -> str:
    return (today + timedelta(days=days)).isoformat()


async def _imported(conn: Connection) -> None:
    for kind in IMPORTED:
        path = SAMPLE / (kind if kind == "oneroster" else f"{kind}.csv")
        report = await import_source(conn, kind, path, today=TODAY, dry_run=False)
        if not report.ok:
            raise RuntimeError(f"the sample's {kind}: {report.problems}")
