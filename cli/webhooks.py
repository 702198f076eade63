"""`journeywork webhooks`: where events are sent, and what became of each delivery."""

import asyncio
import json as jsonlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from cli.connection import ask, gateway
from cli.errors import UserError

DataFolder = Annotated[Path, Parameter(help="The stack's folder.")]
AsJson = Annotated[bool, Parameter(help="Print JSON.", negative="")]
Id = Annotated[str, Parameter(name="ID", help="The webhook's id.")]
Types = Annotated[
    list[str] | None,
    Parameter(name="--type", help="A type of event, or a beginning that ends in .*; may be repeated.", negative=""),
]
Owner = Annotated[str | None, Parameter(help="Who hears of trouble, by e-mail.")]
TEST_SECONDS = 20
ONCE = "This secret is shown this once; give it to the receiver:"


async def list_(*, data: DataFolder = Path(".data"), json: AsJson = False) -> None:
    """List webhooks: where each sends, in what state it is, and what waits."""
    async with gateway(data) as client:
        page = (await ask(client, "GET", "/webhooks")).json()
    if json:
        _print(page)
    elif not page["items"]:
        print("no webhook yet", file=sys.stderr)
    else:
        _table(
            ("webhook", "state", "url", "owner", "waiting", "given up"),
            [
                (one["id"], _state(one), *(str(one[name]) for name in ("url", "owner", "waiting", "dead")))
                for one in page["items"]
            ],
        )


async def create(
    url: Annotated[str, Parameter(name="URL", help="Where to send, such as https://crm.example.org/journeywork.")],
    /,
    *,
    owner: Annotated[str, Parameter(help="Who hears of trouble, by e-mail.")],
    purpose: Annotated[
        str, Parameter(help="Why its receiver may see records of learners; kept with all that is sent.")
    ],
    type: Types = None,  # noqa: A002 - the option's name
    personal_data: Annotated[
        bool,
        Parameter(help="Send the names of learner and worksite supervisor with each event; for good.", negative=""),
    ] = False,
    after: Annotated[str | None, Parameter(help="A cursor of the feed; 0-0 for all that ever happened.")] = None,
    data: DataFolder = Path(".data"),
    json: AsJson = False,
) -> None:
    """Make a webhook and show its secret, once."""
    sent: dict[str, Any] = {"url": url, "owner": owner, "purpose": purpose, "types": type or [], "after": after}
    sent["personal_data"] = personal_data
    async with gateway(data) as client:
        made = (await ask(client, "POST", "/webhooks", json=sent)).json()
    if json:
        _print(made)
        return
    print(f"{made['id']} sends to {made['url']}")
    print(f"{ONCE}\n{made['secret']}")


async def show(id_: Id, /, *, data: DataFolder = Path(".data"), json: AsJson = False) -> None:
    """Show one webhook."""
    async with gateway(data) as client:
        one = (await ask(client, "GET", f"/webhooks/{id_}")).json()
    if json:
        _print(one)
        return
    print(f"{one['id']}  {_state(one)}\nsends to {one['url']}\nowner    {one['owner']}\npurpose  {one['purpose']}")
    print(f"types    {', '.join(one['types']) or 'all'}")
    print(f"people   {'by name' if one['personal_data'] else 'by id'}")
    for secret in one["secrets"]:
        retires = f", signs until {secret['retires_at']}" if secret["retires_at"] else ""
        print(f"secret   {secret['id']}, made {secret['made_at']}{retires}")
    print(f"{one['waiting']} waiting, {one['dead']} given up")


async def change(
    id_: Id,
    /,
    *,
    url: Annotated[str | None, Parameter(help="Send there instead.")] = None,
    owner: Owner = None,
    type: Types = None,  # noqa: A002 - the option's name
    all_types: Annotated[bool, Parameter(help="Send events of every type.", negative="")] = False,
    enable: Annotated[bool, Parameter(help="Go on where it stood.", negative="")] = False,
    disable: Annotated[bool, Parameter(help="Stand still; nothing is lost.", negative="")] = False,
    data: DataFolder = Path(".data"),
    json: AsJson = False,
) -> None:
    """Change a webhook, or switch it off and on."""
    if enable and disable:
        raise UserError("--enable and --disable: give one of them")
    if all_types and type:
        raise UserError("--all-types and --type: give one of them")
    sent = {"url": url, "owner": owner, "types": [] if all_types else type}
    sent["state"] = "active" if enable else "disabled" if disable else None
    async with gateway(data) as client:
        one = (await ask(client, "PATCH", f"/webhooks/{id_}", json=sent)).json()
    _print(one) if json else print(f"{one['id']} is {_state(one)} and sends to {one['url']}")


async def delete(id_: Id, /, *, data: DataFolder = Path(".data")) -> None:
    """Delete a webhook, with what waits and its log."""
    async with gateway(data) as client:
        await ask(client, "DELETE", f"/webhooks/{id_}")
    print(f"{id_} is deleted")


async def rotate(
    id_: Id,
    /,
    *,
    hours: Annotated[
        int | None, Parameter(help="How long the others still sign; left out: until they are retired.")
    ] = None,
    data: DataFolder = Path(".data"),
    json: AsJson = False,
) -> None:
    """Add a secret and show it, once; the others sign as well for a while."""
    async with gateway(data) as client:
        made = (await ask(client, "POST", f"/webhooks/{id_}/secrets", json={"retire_others_after_hours": hours})).json()
    if json:
        _print(made)
    else:
        print(f"{ONCE}\n{made['secret']}")


async def retire(
    id_: Id, secret: Annotated[str, Parameter(name="SECRET", help="Its id.")], /, *, data: DataFolder = Path(".data")
) -> None:
    """Sign with a secret no more."""
    async with gateway(data) as client:
        await ask(client, "DELETE", f"/webhooks/{id_}/secrets/{secret}")
    print(f"{secret} is retired")


async def deliveries(
    id_: Id,
    delivery: Annotated[int | None, Parameter(name="DELIVERY", help="One delivery, with every try.")] = None,
    /,
    *,
    state: Annotated[str | None, Parameter(help="waiting, delivered or dead.")] = None,
    limit: Annotated[int, Parameter(help="How many at most.")] = 50,
    data: DataFolder = Path(".data"),
    json: AsJson = False,
) -> None:
    """Show what became of deliveries, the newest first."""
    params: dict[str, Any] = {"limit": limit} | ({"state": state} if state else {})
    path = f"/webhooks/{id_}/deliveries"
    async with gateway(data) as client:
        if delivery is None:
            told = (await ask(client, "GET", path, params=params)).json()
        else:
            told = (await ask(client, "GET", f"{path}/{delivery}")).json()
    if json:
        _print(told)
    elif delivery is not None:
        _table(("tried at", "answer", "ms"), [(one["at"], _answer(one), str(one["ms"])) for one in told["log"]])
    else:
        _table(
            ("delivery", "event", "type", "state", "tries", "last answer", "next try"),
            [
                (
                    str(one["id"]),
                    one["event_id"],
                    one["type"],
                    one["state"],
                    str(one["tries"]),
                    _answer(one),
                    one["next_try_at"] or "",
                )
                for one in told["items"]
            ],
        )


async def redeliver(
    id_: Id,
    delivery: Annotated[int | None, Parameter(name="DELIVERY", help="One delivery.")] = None,
    /,
    *,
    dead: Annotated[bool, Parameter(help="All that were given up.", negative="")] = False,
    since: Annotated[
        str | None, Parameter(help="All that were queued since then, such as 2027-07-06T00:00:00Z.")
    ] = None,
    until: Annotated[str | None, Parameter(help="And before then.")] = None,
    data: DataFolder = Path(".data"),
    json: AsJson = False,
) -> None:
    """Send once more, with the same ids: one delivery, those given up, or those of a stretch of time."""
    if (delivery is None) == (not dead and since is None):
        raise UserError("name a DELIVERY, or say --dead or --since")
    async with gateway(data) as client:
        if delivery is not None:
            told = (await ask(client, "POST", f"/webhooks/{id_}/deliveries/{delivery}/redeliver")).json()
            said = f"{told['event_id']} is sent again"
        else:
            sent = {"state": "dead" if dead else "any", "since": since, "until": until}
            told = (await ask(client, "POST", f"/webhooks/{id_}/redeliver", json=sent)).json()
            said = f"{told['count']} sent again"
    _print(told) if json else print(said)


async def try_(id_: Id, /, *, data: DataFolder = Path(".data"), json: AsJson = False) -> int:
    """Send a test event and say what the receiver answered; exit status 1 when it did not take it."""
    async with gateway(data) as client:
        told = (await ask(client, "POST", f"/webhooks/{id_}/test")).json()
        for _ in range(TEST_SECONDS * 5):
            if told["state"] != "waiting":
                break
            await asyncio.sleep(0.2)
            told = (await ask(client, "GET", f"/webhooks/{id_}/deliveries/{told['id']}")).json()
    _print(told) if json else print(f"{told['state']}: {_answer(told) or 'not sent yet; does a worker run?'}")
    return 0 if told["state"] == "delivered" else 1


def _state(one: dict[str, Any]) -> str:
    why = {"gone": " (the receiver answered 410)", "by_request": ""}.get(one["reason"] or "", "")
    return f"{one['state']}{why}"


def _answer(one: dict[str, Any]) -> str:
    parts = (one["failure"] if one["failure"] != "answered" else None, one["status"])
    return " ".join(str(part).replace("_", " ") for part in parts if part is not None)


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A plain table that folds rather than cuts; wide where nobody's terminal sets the width."""
    table = Table(box=None, pad_edge=False)
    for title in titles:
        table.add_column(title, overflow="fold", no_wrap=title == titles[0])
    for row in rows:
        table.add_row(*row)
    Console(highlight=False, width=None if sys.stdout.isatty() else 200).print(table)


def _print(value: Any) -> None:
    sys.stdout.write(jsonlib.dumps(value, indent=2, ensure_ascii=False) + "\n")
