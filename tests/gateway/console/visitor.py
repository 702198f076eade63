"""Staff in front of their browsers: they sign in through the mailed link, open pages and send forms."""

import re
from typing import Any
from urllib.parse import urlsplit

import httpx2

from records.health import borrow
from tests.gateway.desk import Desk
from tests.gateway.html_checks import page_of

SPECIALIST = ("stf-3001", "denise.whitfield@example.org")
"""At Seawall High School, org-0101."""
OTHER_SPECIALIST = ("stf-3002", "carlos.beltran@example.org")
"""At Ropewalk Academy, org-0102."""
COORDINATOR = ("stf-3021", "yolanda.fitch@example.org")
"""At the district."""
TEACHER = ("stf-3011", "gregory.okafor@example.org")
PRINCIPAL = ("stf-3022", "arthur.nakamura@example.org")
"""At Graving Dock, org-0103; coordinator by office."""
OTHER_COORDINATOR = ("coo-3", "cora.nator@example.org")
"""At Graving Dock, org-0103; added by `with_director`."""
DIRECTOR = ("dir-1", "dora.head@example.org")
"""At the district; added by `with_director`."""

FORM = {"content-type": "application/x-www-form-urlencoded"}


async def with_director(desk: Desk) -> None:
    async with borrow(desk.pool) as conn:
        await conn.execute(
            "insert into people (id, given_name, family_name, email, language, status) "
            "values ('dir-1', 'Dora', 'Head', 'dora.head@example.org', 'en', 'active'), "
            "('coo-3', 'Cora', 'Nator', 'cora.nator@example.org', 'en', 'active');"
            "insert into school_roles (person_id, organisation_id, role, is_primary, by_office, status) "
            "values ('dir-1', 'org-0001', 'director', true, false, 'active'), "
            "('coo-3', 'org-0103', 'coordinator', false, false, 'active')"
        )


class Visitor:
    """One browser with its cookies."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        transport = httpx2.ASGITransport(desk.app)
        self.http = httpx2.AsyncClient(transport=transport, base_url="http://people.example")

    async def get(self, path: str, **params: Any) -> httpx2.Response:
        return await self.http.get(path, params=params or None)

    async def page(self, path: str, **params: Any) -> str:
        """A page that must be there; every page is checked."""
        answer = await self.get(path, **params)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[-300:])
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        page_of(answer.text)
        return answer.text

    async def key(self, path: str = "/console/sign-in") -> str:
        found = re.search(r'name="key" value="([0-9a-f]+)"', (await self.get(path)).text)
        assert found is not None, path
        return found.group(1)

    async def post(self, path: str, *, at: str = "/console", **fields: Any) -> httpx2.Response:
        """Send a form as it stands on the page `at`."""
        return await self.http.post(path, data={"key": await self.key(at), **fields})

    async def ask_for_link(self, email: str, **more: str) -> httpx2.Response:
        answer = await self.post("/console/sign-in", at="/console/sign-in", email=email, **more)
        await self.desk.app.state.services.letters.settle()
        return answer

    async def sign_in(self, who: tuple[str, str]) -> "Visitor":
        async with borrow(self.desk.pool) as conn:
            await conn.execute("delete from sign_in_asked")
        await self.ask_for_link(who[1])
        path = link_in(self.desk.letters[-1].text)
        answer = await self.post(path, at=path)
        assert answer.status_code == 303, answer.text
        return self


def link_in(text: str) -> str:
    """The path of the link in a mail."""
    found = re.search(r"http\S+/console/sign-in/\S+", text)
    assert found is not None
    return urlsplit(found.group(0)).path
