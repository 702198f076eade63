"""One person in every table of the database, with marks in every column that may hold something personal."""

import json
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from records.pool import Connection
from records.sign_in import counted_as
from records.treatments import TREATMENTS

AT = datetime(2027, 6, 21, 16, tzinfo=UTC)
COLUMNS = """
select table_name, column_name, data_type from information_schema.columns
where table_schema = 'public' and is_generated = 'NEVER' and is_identity = 'NO'
    and table_name in (select tablename from pg_tables where schemaname = 'public')
order by ordinal_position
"""


class Who(NamedTuple):
    """Somebody with a name of their own, and a number that makes every id theirs."""

    number: int
    given: str
    family: str

    @property
    def id(self) -> str:
        return f"lrn-{self.number}"

    @property
    def placement(self) -> str:
        return f"pl-{self.number}"

    @property
    def email(self) -> str:
        return f"{self.given.lower()}.{self.number}@family.example"

    @property
    def phone(self) -> str:
        return f"+1 617 555 {self.number:04}"

    @property
    def born(self) -> date:
        return date(2009, 4, self.number % 28 + 1)

    @property
    def marks(self) -> tuple[str, ...]:
        return (self.given, self.family, self.email, f"555 {self.number:04}", f"555-{self.number:04}", str(self.born))

    @property
    def words(self) -> str:
        """What somebody may write about them."""
        digits = f"(617) 555-{self.number:04}"
        return (
            f"{self.given} {self.family} of {self.email}, {digits}, born {self.born}; {self.family.upper()}, "
            f"{self.given.lower()}"
        )


def fixed(who: Who) -> dict[tuple[str, str], Any]:
    """What columns hold that must be one of a few things, or belong to somebody."""
    view: dict[str, Any] = {"team": {"student": who.id}, "requests": []}
    return {
        ("organisations", "kind"): "school",
        ("organisations", "parent_id"): None,
        ("people", "id"): who.id,
        ("people", "given_name"): who.given,
        ("people", "family_name"): who.family,
        ("people", "email"): who.email,
        ("people", "phone"): who.phone,
        ("people", "birth_date"): who.born,
        ("people", "channel"): "text",
        ("people", "erased_at"): None,
        ("guardianships", "kind"): "parent",
        ("advisers", "role"): "teacher",
        ("school_roles", "role"): "teacher",
        ("class_enrolments", "role"): "student",
        ("class_enrolments", "class_id"): f"work_classes-{who.number}",
        ("opportunity_facts", "job_skills"): ["a"],
        ("opportunity_facts", "alternate_supervisor_id"): None,
        ("hosts", "state"): "MA",
        ("placements", "view"): view,
        ("incidents", "view"): view,
        ("lifecycle_events", "id"): who.placement,
        ("lifecycle_events", "by"): {"kind": "form", "person_id": who.id},
        ("lifecycle_events", "tx"): 1000 + who.number,
        ("placements", "id"): who.placement,
        ("placements", "answer_due_at"): None,
        ("inbox", "status"): "applied",
        ("notifications", "outcome"): "held",
        ("notifications", "finished_at"): None,
        ("assessments", "occasion"): "final",
        ("shifts", "status"): "planned",
        ("shifts", "end_at"): AT.replace(hour=20),
        ("findings", "basis"): "detected",
        ("form_files", "id"): f"f-{who.number:032x}",
        ("form_files", "kind"): "pdf",
        ("directory_imports", "kind"): "oneroster",
        ("disclosures", "kind"): "person",
        ("duplicate_decisions", "first_id"): who.id,
        ("duplicate_decisions", "second_id"): f"other-{who.number}",
        ("duplicate_decisions", "keep_id"): None,
        ("disclosures", "learners"): [who.id],
        ("audit", "kind"): "staff",
        ("audit", "who"): who.id,
        ("webhooks", "state"): "active",
        ("webhooks", "reason"): None,
        ("webhooks", "untold"): None,
        ("sign_in_asked", "who"): counted_as(who.email)[0],
        ("erasures", "person_id"): f"other-{who.number}",
        ("api_key_secrets", "key_id"): f"api_keys-{who.number}",
        ("school_roles", "organisation_id"): f"org-{who.number}",
    }


def value(table: str, column: str, kind: str, who: Who) -> Any:
    """What one column holds in the row of somebody."""
    named = fixed(who)
    if (table, column) in named:
        return named[table, column]
    treatment = TREATMENTS[table]
    if column == "guardian_id":
        return f"gu-{who.number}"
    if column in ("person_id", "supervisor_id", "site_contact_id", "learner_id"):
        return f"tch-{who.number}" if (table, column) == ("advisers", "person_id") else who.id
    known = {"lifecycle": "placement", "lifecycle_id": who.placement, "placement_id": who.placement, "status": "active"}
    if column in known:
        return known[column]
    if column in ("language", "time_zone"):
        return {"language": "es", "time_zone": "America/New_York"}[column]
    for name, prefix in (("host_id", "hst"), ("school_id", "org"), ("organisation_id", "org"), ("act_id", "act")):
        if column == name:
            return f"{prefix}-{who.number}"
    if column == "id":
        return f"{ {'organisations': 'org', 'hosts': 'hst', 'staff_acts': 'act'}.get(table, table) }-{who.number}"
    marked = column in treatment.words or column in treatment.files or column in treatment.own
    return plain(kind, f"{who.words}" if marked else f"{column}-{who.number}")


def plain(kind: str, text: str) -> Any:
    """A value of a type of Postgres."""
    match kind:
        case "text":
            return text
        case "jsonb":
            return {"said": [text, {"more": text}], "signature": "O. Z."}
        case "bytea":
            return text.encode()
        case "ARRAY":
            return [text]
        case "boolean":
            return True
        case "date":
            return AT.date()
        case "timestamp with time zone":
            return AT
        case "smallint" | "integer" | "bigint" | "xid8":
            return 1
        case _:
            raise ValueError(kind)


async def put(conn: Connection, who: Who) -> None:
    """Put somebody, with a guardian of their own, into every table."""
    columns: dict[str, list[tuple[str, str]]] = {}
    for row in await conn.fetch(COLUMNS):
        columns.setdefault(row["table_name"], []).append((row["column_name"], row["data_type"]))
    await conn.execute(
        "insert into people (id, given_name, family_name, language, status) "
        "values ($1, 'Guar', 'Dian', 'en', 'active'), ($2, 'Tea', 'Cher', 'en', 'active')",
        *(f"gu-{who.number}", f"tch-{who.number}"),
    )
    for table in TREATMENTS:
        if table == "feed_clock":
            continue
        row = {
            name: value(table, name, kind, who)
            for name, kind in columns[table]
            if (table, name) not in {("findings", "days"), ("lifecycle_events", "tx"), ("form_files", "sha256")}
        }
        if table == "findings":
            row["days"] = [AT.date()]
        names = ", ".join(row)
        holes = ", ".join(f"${number}" for number in range(1, len(row) + 1))
        if table == "lifecycle_events":
            names, holes = f"{names}, tx", f"{holes}, '{1000 + who.number}'::xid8"
        await conn.execute(f"insert into {table} ({names}) values ({holes})", *row.values())  # noqa: S608 - ours


async def everything(conn: Connection, *, of: str = "") -> dict[str, list[str]]:
    """Every row of every table as text, files as the text in them; `of`: those alone that tell of this id."""
    found: dict[str, list[str]] = {}
    for table, treatment in TREATMENTS.items():
        files = "".join(f" || ' ' || convert_from(t.{one}, 'UTF8')" for one in treatment.files)
        rows = await conn.fetch(f"select coalesce(t::text{files}, t::text) as row from {table} t order by 1")  # noqa: S608
        found[table] = [row["row"] for row in rows if of in row["row"]]
    return found


def told(held: dict[str, list[str]], who: Who) -> list[str]:
    """Where anything of somebody is told."""
    text = {table: json.dumps(rows, ensure_ascii=False).casefold() for table, rows in held.items()}
    return [f"{table}: {mark}" for table, said in text.items() for mark in who.marks if mark.casefold() in said]
