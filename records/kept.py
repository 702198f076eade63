"""Which table keeps the newest view of which lifecycle, and the SQL that follows from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from schemas.base import LifecycleName
from schemas.views import CaseView, IncidentView, OpportunityView, PartnershipView, PlacementView

V = TypeVar("V", bound=CaseView)


def _text(name: str) -> str:
    return f"v->>'{name}'"


def _as(kind: str, name: str) -> str:
    return f"(v->>'{name}')::{kind}"


EVERY: Mapping[str, str] = MappingProxyType(
    {
        "state": _text("state"),
        "program": _text("program"),
        "host_id": _text("host_id"),
        "overdue": "coalesce((v->>'overdue')::boolean, false)",
        "next_due_at": _as("timestamptz", "next_due_at"),
        "awaiting": "array(select jsonb_array_elements_text(coalesce(v->'awaiting', '[]')))",
        "outcome": _text("outcome"),
    }
)
"""The columns that every table has, each with how it follows from the view `v`."""

DAYS: Mapping[str, str] = MappingProxyType({"start_on": _as("date", "start"), "end_on": _as("date", "end")})


CONDITIONS: Mapping[str, str] = MappingProxyType({"live": "(outcome is null)"})
"""What lists can be filtered by besides columns, each with how it is told."""


@dataclass(frozen=True)
class Kept(Generic[V]):
    """How one lifecycle's views are kept: its table, and the columns that lists are filtered by."""

    lifecycle: LifecycleName
    table: str
    view: type[V]
    columns: Mapping[str, str]

    @cached_property
    def upsert(self) -> str:
        """Keep a view ($4, with id, epoch and seq in $1 to $3) unless a newer one is kept."""
        columns = {**EVERY, **self.columns}
        names, values = ", ".join(columns), ", ".join(columns.values())
        changes = ", ".join(f"{name} = excluded.{name}" for name in ("epoch", "seq", *columns, "view"))
        return f"""
            insert into {self.table} as kept (id, epoch, seq, {names}, view)
            select $1, $2, $3, {values}, v from (select $4::jsonb as v) as given
            on conflict (id) do update set {changes}, updated_at = now()
            where (kept.epoch, kept.seq) < (excluded.epoch, excluded.seq)
        """  # noqa: S608 - made of constants of this module

    @cached_property
    def newest(self) -> str:
        """The view of the lifecycle $1."""
        return f"select view from {self.table} where id = $1"  # noqa: S608 - as above

    @cached_property
    def recorded(self) -> str:
        """How far the lifecycle $1 is recorded."""
        return f"select epoch, seq from {self.table} where id = $1"  # noqa: S608 - as above

    def page(self, names: Iterable[str]) -> str:
        """Views in the order of ids, at most $1; columns equal what is given from $2 on, and `id` is after it.

        Raises KeyError when there is no such column.
        """
        conditions: list[str] = []
        for at, name in enumerate(names, 2):
            if name not in {"id", *CONDITIONS, *EVERY, *self.columns}:
                raise KeyError(name)
            conditions.append(f"{CONDITIONS.get(name, name)} {'>' if name == 'id' else '='} ${at}")
        where = " and ".join(conditions) or "true"
        return f"select view from {self.table} where {where} order by id limit $1"  # noqa: S608 - as above


PLACEMENTS = Kept(
    "placement",
    "placements",
    PlacementView,
    {
        "program_version": _text("program_version"),
        "learner_id": _text("learner_id"),
        "opportunity_id": _text("opportunity_id"),
        "answer_due_at": """case when jsonb_path_exists(v, '$.requests[*] ? (@.state == "open")')
            then (v->>'next_due_at')::timestamptz end""",
        **DAYS,
    },
)
OPPORTUNITIES = Kept(
    "opportunity",
    "opportunities",
    OpportunityView,
    {"seats": _as("integer", "seats"), "free": _as("integer", "free"), **DAYS},
)
PARTNERSHIPS = Kept("partnership", "partnerships", PartnershipView, {"program_version": _text("program_version")})
INCIDENTS = Kept(
    "incident",
    "incidents",
    IncidentView,
    {
        "program_version": _text("program_version"),
        "placement_id": _text("placement_id"),
        "learner_id": _text("learner_id"),
        "severity": _text("severity"),
    },
)

KEPT: Mapping[LifecycleName, Kept[Any]] = MappingProxyType(
    {one.lifecycle: one for one in (PLACEMENTS, OPPORTUNITIES, PARTNERSHIPS, INCIDENTS)}
)
"""Every lifecycle by its name."""
