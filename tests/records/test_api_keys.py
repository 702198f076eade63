"""Keys of the API: what is kept of them, and how long each opens something."""

from datetime import UTC, datetime, timedelta

from records import api_keys
from records.pool import Connection, open_connection
from schemas.keys import Caller, Scope

NOW = datetime(2027, 6, 7, 13, 30, tzinfo=UTC)
DAY = timedelta(days=1)


async def made(conn: Connection, **more: object) -> tuple[str, str]:
    given = {"scopes": [Scope.EVENTS_WRITE], "organisations": None, "now": NOW, **more}
    return await api_keys.create(conn, name="SIS", purpose="the district's rosters", **given)  # type: ignore[arg-type]


async def opened(conn: Connection, secret: str, at: datetime = NOW) -> Caller | None:
    return await api_keys.caller(conn, secret, at)


async def test_of_a_secret_only_the_hash_is_kept_and_how_it_begins(database: str) -> None:
    async with open_connection(database) as conn:
        _, secret = await made(conn)
        kept = await conn.fetchval("select string_agg(s::text || k::text, '') from api_key_secrets s, api_keys k")

    assert len(secret) == 46
    assert secret not in kept
    assert secret[:11] in kept
    assert secret[11:] not in kept


async def test_a_key_opens_nothing_after_its_end_or_its_revocation(database: str) -> None:
    async with open_connection(database) as conn:
        _, brief = await made(conn, expires_at=NOW + DAY)
        id_, long = await made(conn)
        before = [await opened(conn, one) for one in (brief, long)]
        assert await opened(conn, brief, NOW + DAY) is None
        assert await api_keys.revoke(conn, id_, NOW)
        assert not await api_keys.revoke(conn, id_, NOW)
        assert await opened(conn, long) is None
        assert await api_keys.rotate(conn, id_, now=NOW, old_until=NOW + DAY) is None

    assert [one.scopes if one else None for one in before] == [{Scope.EVENTS_WRITE}] * 2


async def test_a_new_secret_is_good_beside_the_old_one_until_its_day(database: str) -> None:
    async with open_connection(database) as conn:
        id_, old = await made(conn)
        new = await api_keys.rotate(conn, id_, now=NOW, old_until=NOW + DAY)
        assert new is not None
        both = [await opened(conn, one) for one in (old, new)]
        later = [await opened(conn, one, NOW + DAY) for one in (old, new)]

    assert [one.key_id if one else None for one in both] == [id_, id_]
    assert [one.key_id if one else None for one in later] == [None, id_]


async def test_when_a_secret_was_last_used_is_written_once_a_minute(database: str) -> None:
    async with open_connection(database) as conn:
        _, secret = await made(conn)
        seen: list[datetime | None] = []
        for seconds in (0, 59, 61):
            await opened(conn, secret, NOW + timedelta(seconds=seconds))
            seen.append((await api_keys.every(conn))[0].secrets[0].used_at)

    assert seen == [NOW, NOW, NOW + timedelta(seconds=61)]


async def test_a_district_is_all_its_schools(database: str) -> None:
    async with open_connection(database) as conn:
        await conn.execute(
            "insert into organisations (id, kind, name, parent_id, status) values "
            "('d', 'district', 'D', null, 'active'), ('s1', 'school', 'S', 'd', 'active'), "
            "('s2', 'school', 'S', 'd', 'active'), ('other', 'school', 'S', null, 'active')"
        )
        _, secret = await made(conn, organisations=["d"])
        caller = await opened(conn, secret)
        unknown = await api_keys.unknown_organisations(conn, ["s1", "none"])

    assert caller is not None
    assert caller.organisations == ("d", "s1", "s2")
    assert unknown == ["none"]
