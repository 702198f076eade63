"""Deliveries that cannot be: for every command of every lifecycle one that is unreadable, raises or is too large."""

import json
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import AwareDatetime

from catalog.program_catalog import all_programs
from gateway.lifecycle_client import Settled
from records.pool import Connection
from schemas.acts import Answer
from schemas.base import Frozen, LifecycleName
from schemas.incident import IncidentCommand
from schemas.opportunity import OpenOpportunity, OpportunityCommand, ProposeOpportunity
from schemas.partnership import ContactHost, PartnershipCommand
from schemas.placement_commands import PlacementCommand, Propose
from schemas.problems import ProblemCode, Refused
from schemas.programs import Program

UNIONS: dict[LifecycleName, Any] = {
    "placement": PlacementCommand,
    "opportunity": OpportunityCommand,
    "partnership": PartnershipCommand,
    "incident": IncidentCommand,
}
COMMANDS: list[tuple[LifecycleName, type[Frozen]]] = [
    (lifecycle, model)
    for lifecycle, union in UNIONS.items()
    for model in get_args(get_args(union)[0])
    if model not in {Propose, OpenOpportunity, ProposeOpportunity, ContactHost}
]
"""Every command, but those that open a lifecycle: nothing can stand behind them yet."""

PLAIN: dict[Any, Any] = {
    str: "x",
    int: 1,
    bool: True,
    date: date(2027, 7, 6),
    AwareDatetime: datetime(2027, 7, 6, tzinfo=UTC),
}
INSERT = """
insert into inbox
    (source, event_id, payload_hash, type, lifecycle, lifecycle_id, delivery, received_at, next_attempt_at)
values ('/poison', $1, 'h', 'org.journeywork.poison', $2, $3, $4, now(), now())
"""


def sample(model: type[Frozen]) -> Frozen:
    """One command of that kind, with the least it must say."""
    needed = {name: field.annotation for name, field in model.model_fields.items() if field.is_required()}
    return model.model_validate({name: _value(annotation) for name, annotation in needed.items()})


def _value(annotation: Any) -> Any:
    if annotation is Program:
        return next(iter(all_programs().values()))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return next(iter(annotation))
    return {tuple: (), dict: {}}[get_origin(annotation)] if get_origin(annotation) else PLAIN[annotation]


class Row(NamedTuple):
    """An inbox row as it is planted."""

    event_id: str
    lifecycle: LifecycleName
    id: str
    delivery: dict[str, Any]


def rows() -> list[Row]:
    """For each command, on a lifecycle of its own: three that are poison, then a good one."""
    planted: list[Row] = []
    for lifecycle, model in COMMANDS:
        command = json.loads(sample(model).model_dump_json())
        id_ = f"{lifecycle}-{command['name']}"
        for kind in ("unreadable", "raising", "large", "good"):
            said = {"name": command["name"], "odd": [{}], "reason": 7} if kind == "unreadable" else command
            act = {"id": f"{kind}-{id_}", "payload_hash": "h", "by": {"kind": "api"}, "command": said}
            delivery = {"lifecycle": lifecycle, "id": id_, "act": act}
            planted.append(Row(f"{kind}-{id_}", lifecycle, id_, delivery))
    return planted


async def plant(conn: Connection) -> list[Row]:
    """Put them all into the inbox, past its door."""
    planted = rows()
    await conn.executemany(INSERT, planted)
    return planted


class Picky:
    """Implements gateway.lifecycle_client.LifecycleClient: fails as a core with bugs and a line with limits do."""

    async def start(self, *args: Any, **named: Any) -> Any:
        raise NotImplementedError

    foresee = start

    async def update_several(self, lifecycle: LifecycleName, id_: str, several: Any, seconds: float) -> Settled:
        answers = [await self.update(lifecycle, id_, act, seconds) for act in several.acts]
        return Settled([*answers], None)

    async def update(self, lifecycle: LifecycleName, id_: str, act: Any, seconds: float) -> Answer:  # noqa: ARG002
        if act.id.startswith("raising"):
            raise RuntimeError("Maria Perez")
        if act.id.startswith("large"):
            raise Refused(ProblemCode.TOO_LARGE, "is larger than it may be")
        return Answer(lifecycle=lifecycle, id=id_, state="as-ever", batch=None)
