"""`journeywork keys`: made, listed, replaced and revoked by an operator."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from cli import audit, keys
from cli.errors import UserError


@pytest.fixture
def address(database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Name the database as an operator does."""
    monkeypatch.setenv("DATABASE_URL", database)
    return database


async def test_a_key_is_made_replaced_and_revoked(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert address
    await keys.create("District SIS", scope=("events:write, placements:read",), purpose="rosters", json=True)
    made = json.loads(capsys.readouterr().out)
    await keys.rotate(made["id"])
    second = capsys.readouterr()
    await keys.list_()
    listed = capsys.readouterr().out
    await keys.revoke(made["id"], json=True)
    revoked = json.loads(capsys.readouterr().out)

    assert made["scopes"] == ["events:write", "placements:read"]
    assert made["key"].startswith(made["secrets"][0]["prefix"])
    assert second.out.startswith("jw_")
    assert "shown only now" in second.err
    assert all(text in listed for text in (made["id"], "District SIS", second.out[:11], "never"))
    assert made["key"] not in listed
    assert revoked["revoked_at"] is not None
    assert len(revoked["secrets"]) == 2


async def test_mistakes_are_told_with_their_fix(address: str) -> None:
    assert address
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    for given, told in (
        ({"scope": ("events:wrote",)}, "did you mean `events:write`"),
        ({"scope": ()}, "name what the key opens"),
        ({"scope": ("admin",), "purpose": " "}, "--purpose: write one line"),
        ({"scope": ("admin",), "expires": yesterday}, "has passed"),
    ):
        with pytest.raises(UserError, match=told):
            await keys.create("SIS", **{"purpose": "x", **given})  # type: ignore[arg-type]
    for change in (keys.rotate, keys.revoke):
        with pytest.raises(UserError, match="key-none is no key that could be used"):
            await change("key-none")


async def test_what_was_done_to_keys_is_kept(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert address
    await keys.create("District SIS", scope=("events:write",), purpose="rosters", json=True)
    id_ = json.loads(capsys.readouterr().out)["id"]
    await keys.revoke(id_)
    await audit.done(record=f"key/{id_}", asked=audit.Asked(json=True))
    acts = json.loads(capsys.readouterr().out)["items"]
    await audit.done()
    await audit.shown()
    said = capsys.readouterr()

    assert [(one["act"], one["reason"]) for one in acts] == [("key.revoked", "revoked"), ("key.made", "rosters")]
    assert "operator" in said.out
    assert "nothing yet" in said.err
