"""What the inputs are about: the sample's people, a few placements that anything may be done to, and who asks."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx2

from gateway.imports.report import Kind
from gateway.imports.run import import_source
from gateway.services import real_now
from records import links, sign_in
from records.health import borrow
from records.pool import Connection, Pool
from schemas.vocabulary import Role
from tests.fuzz.files import SAMPLE, TODAY

STAFF = ("stf-3021", "stf-3001", "dir-1")
"""The district's coordinator, a Career Specialist, and a director, who is added."""

LEARNERS = ("lrn-1043", "lrn-1042", "lrn-1044", "lrn-1045", "lrn-1046")
IMPORTED: tuple[Kind, ...] = ("oneroster", "employers", "opportunities", "calendars")
KNOWN = re.compile(r"\b(pl-[1-5]|opp-6001|wh-1|e-1)(?![\w-])")
DIRECTOR = """
insert into people (id, given_name, family_name, email, language, status)
values ('dir-1', 'Dora', 'Head', 'dora.head@example.org', 'en', 'active') on conflict do nothing;
insert into school_roles (person_id, organisation_id, role, is_primary, by_office, status)
values ('dir-1', 'org-0001', 'director', true, false, 'active') on conflict do nothing
"""
NewClient = Callable[[Mapping[str, str]], httpx2.AsyncClient]
"""Makes a client that sends these headers with every request."""


@dataclass
class Scene:
    """`api` has a key, `person` has none, and each of `staff` is signed in. `links` are paths of mailed links.

    An input is about pl-1 to pl-5, opp-6001, wh-1 and e-1; in every round these stand for others, which have
    just begun.
    """

    pool: Pool
    api: httpx2.AsyncClient
    person: httpx2.AsyncClient
    staff: list[httpx2.AsyncClient] = field(default_factory=list[httpx2.AsyncClient])
    links: list[str] = field(default_factory=list[str])
    now: Callable[[], datetime] = real_now
    made: dict[str, str] = field(default_factory=dict[str, str])
    round: int = 0

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
        """End what the last round was about, put the directory right again, and begin anew."""
        await self._end_round()
        self.round += 1
        async with borrow(self.pool) as conn:
            await _imported(conn)
        begins = self.now().date() + timedelta(days=200)
        days = {"start": begins.isoformat(), "end": (begins + timedelta(days=40)).isoformat()}
        who = {"host_id": "hst-4001", "program": "boston-summer-internship", "supervisor_id": "sup-2001"}
        await self._tell("opportunity.opened", "opp-6001", {**who, **days, "seats": 4})
        for number, learner in enumerate(LEARNERS, 1):
            data = {"learner_id": learner, "opportunity_id": self.named("opp-6001")}
            await self._tell("placement.proposed", f"pl-{number}", data)
        for type_ in ("offer.made", "offer.accepted"):
            await self._tell(type_, "pl-3", {})
        await self._tell("offer.made", "pl-2", {})
        await self._tell("partnership.contacted", "par-hst-4002", {"host_id": "hst-4002"})
        await self._make_webhook()
        self.links = [link for number in range(1, len(LEARNERS) + 1) for link in await self._links(f"pl-{number}")]
        if not self.links:
            raise RuntimeError("nobody is asked anything")

    async def _make_webhook(self) -> None:
        """One that may be changed and sent to; where nothing local may be reached there is none."""
        hook = {"url": "http://127.0.0.1:9/hook", "owner": "integrations@example.org", "purpose": "fuzz"}
        made = (await self.api.post("/webhooks", json=hook)).json()
        self.made = {"wh-1": made.get("id", "wh-1"), "e-1": f"offer.made.pl-2.{self.round}"}

    async def _end_round(self) -> None:
        if not self.round:
            return
        for number in range(1, len(LEARNERS) + 1):
            await self._tell("placement.withdrawn", f"pl-{number}", {"reason": "other"})
        await self._tell("opportunity.closed", "opp-6001", {})
        for one in (await self.api.get("/webhooks")).json()["items"]:
            await self.api.delete(f"/webhooks/{one['id']}")

    async def _tell(self, type_: str, subject: str, data: dict[str, Any]) -> None:
        event = {
            "specversion": "1.0",
            "id": f"{type_}.{subject}.{self.round}",
            "source": "/scene",
            "type": f"org.journeywork.{type_}",
            "subject": self.named(subject),
            "data": data,
        }
        answer = await self.api.post("/events", json=event)
        if answer.status_code not in (200, 202, 409):
            raise RuntimeError(f"{type_} {subject}: {answer.text}")

    async def _links(self, subject: str) -> list[str]:
        """A link of each person who is asked something about a placement."""
        id_ = self.named(subject)
        view = (await self.api.get(f"/placements/{id_}")).json()
        now, found = self.now(), list[str]()
        async with borrow(self.pool) as conn:
            for one in view.get("requests", ()):
                if one["state"] == "open" and one["person_id"]:
                    token = await links.mint(
                        conn,
                        lifecycle="placement",
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


async def _imported(conn: Connection) -> None:
    for kind in IMPORTED:
        path = SAMPLE / (kind if kind == "oneroster" else f"{kind}.csv")
        report = await import_source(conn, kind, path, today=TODAY, dry_run=False)
        if not report.ok:
            raise RuntimeError(f"the sample's {kind}: {report.problems}")
