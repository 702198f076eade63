"""Reads employers.csv (hosts and the people at their worksites) and opportunities.csv (what hosts offer)."""

from datetime import date

from gateway.imports.csv_tables import Placed, Rows, check_references, first_rows, read_rows
from gateway.imports.report import Findings, rows_shown, shown
from gateway.imports.sources import Source
from records.directory_import import HostChanges, Known
from schemas.directory import Host, HostStaff, OpportunityFacts, Person
from schemas.roster import EmployerRow, OpportunityRow

HOST_COLUMNS = ("host_name", "sector", "address", "time_zone", "state")
NOT_NEEDED = frozenset({"state"})
PERSON_COLUMNS = ("given_name", "family_name", "email", "phone", "language")


def read_employers(path: Source, findings: Findings, today: date) -> Rows[EmployerRow]:
    """The rows of employers.csv. What is wrong goes to `findings`; use the result only if there was nothing."""
    rows = read_rows(path, EmployerRow, findings, today)
    hosts: dict[str, Placed[EmployerRow]] = {}
    people: dict[str, Placed[EmployerRow]] = {}
    contacts: dict[str, int] = {}
    pairs: dict[tuple[str, str], int] = {}
    begins: dict[str, int] = {}
    for cells in rows.cells:
        begins.setdefault(cells.get("host_id"), cells.number)
    in_doubt = {cells.get("host_id") for cells in rows.spoilt if cells.get("site_contact").casefold() not in ("", "no")}
    for one in rows:
        row, number = one.row, one.number
        first = hosts.setdefault(row.host_id, one)
        if begins[row.host_id] == first.number:
            _check_host(path.name, one, first, findings)
        same = people.setdefault(row.person_id, one)
        for column in PERSON_COLUMNS:
            if getattr(row, column) != getattr(same.row, column):
                text = f"differs from row {same.number}, which is about the same person; make them alike"
                findings.value(path.name, number, column, str(getattr(row, column) or ""), text)
        if other := pairs.get((row.host_id, row.person_id)):
            text = f"is in row {other} already at this host; take one of the rows out"
            findings.value(path.name, number, "person_id", row.person_id, text)
        pairs.setdefault((row.host_id, row.person_id), number)
        if row.site_contact and row.status == "ended":
            text = "the site contact has left; mark somebody else at this host"
            findings.add(path.name, number, "site_contact", text)
        if row.site_contact and (other := contacts.get(row.host_id)):
            text = f"row {other} is the site contact of this host already; keep one yes"
            findings.add(path.name, number, "site_contact", text)
        if row.site_contact:
            contacts.setdefault(row.host_id, number)
    for host_id, first in hosts.items():
        if host_id not in contacts and host_id not in in_doubt:
            text = f"no row of {shown(host_id)} says yes; mark the person to ask when no supervisor answers"
            findings.add(path.name, first.number, "site_contact", text)
    return rows


def check_employers(rows: Rows[EmployerRow], known: Known, findings: Findings) -> None:
    """What only the directory can tell: an employer's file must not write over a student, nor over a school's staff."""
    for one in rows:
        at_school = known.staff.get(one.row.person_id, one.row.email)
        if (at_school or "").casefold() != one.row.email.casefold():
            text = "is another address than the roster gives this member of school staff; the roster comes first"
            findings.value(rows.file, one.number, "email", one.row.email, text)
        if one.row.person_id in known.students:
            text = "is a student's id in the directory; give this person an id of their own"
            findings.value(rows.file, one.number, "person_id", one.row.person_id, text)


def host_changes(rows: Rows[EmployerRow]) -> HostChanges:
    """The directory rows of employers.csv without problems."""
    here = [one.row for one in rows if one.row.status == "active"]
    contacts = {row.host_id: row.person_id for row in here if row.site_contact}
    first: dict[str, EmployerRow] = {}
    for one in rows:
        first.setdefault(one.row.host_id, one.row)
    return HostChanges(
        people=tuple(
            Person(
                id=row.person_id,
                given_name=row.given_name,
                family_name=row.family_name,
                email=row.email,
                phone=row.phone,
                language=row.language,
            )
            for row in {row.person_id: row for row in here}.values()
        ),
        hosts=tuple(
            Host(
                id=host_id,
                name=row.host_name or "",
                address=row.address or "",
                sector=row.sector or "",
                time_zone=row.time_zone or "",
                state=row.state,
                site_contact_id=contacts[host_id],
            )
            for host_id, row in first.items()
        ),
        host_staff=tuple(HostStaff(host_id=row.host_id, person_id=row.person_id, title=row.title) for row in here),
        ended_staff=tuple((one.row.host_id, one.row.person_id) for one in rows if one.row.status == "ended"),
    )


def read_opportunities(path: Source, findings: Findings, today: date) -> Rows[OpportunityRow]:
    """The rows of opportunities.csv. What is wrong goes to `findings`; use the result only if there was nothing."""
    rows = read_rows(path, OpportunityRow, findings, today)
    first_rows(rows, "opportunity_id", findings)
    return rows


def check_opportunities(rows: Rows[OpportunityRow], known: Known, findings: Findings) -> None:
    """What only the directory can tell: the host and its supervisors must be there."""
    check_references(rows, "host_id", known.hosts, "a host in the directory (employers.csv comes first)", findings)
    for cells in rows.cells:
        host_id = cells.get("host_id")
        for column in ("supervisor_id", "alternate_supervisor_id"):
            person_id = cells.get(column)
            wanting = person_id and host_id in known.hosts and (host_id, person_id) not in known.host_staff
            if wanting and not findings.about(rows.file, cells.number, column):
                text = f"does not work at {shown(host_id)}; correct the id or add the person to employers.csv first"
                findings.value(rows.file, cells.number, column, person_id, text)


def opportunity_notes(rows: Rows[OpportunityRow], today: date) -> list[str]:
    """What the importer should know about opportunities that are fine."""
    past = [one.number for one in rows if one.row.end < today]
    return [f"{rows.file} {rows_shown(past)}: the last day has passed"] if past else []


def opportunity_facts(rows: Rows[OpportunityRow]) -> tuple[OpportunityFacts, ...]:
    """The directory rows of opportunities.csv without problems."""
    return tuple(_facts(one.row) for one in rows)


def _facts(row: OpportunityRow) -> OpportunityFacts:
    skills = (row.job_skill_1, row.job_skill_2, row.job_skill_3, row.job_skill_4, row.job_skill_5)
    return OpportunityFacts(
        id=row.opportunity_id,
        host_id=row.host_id,
        program=row.program,
        title=row.title,
        description=row.description,
        tasks=tuple(task.strip() for task in (row.tasks or "").split(";") if task.strip()),
        job_skills=tuple(skill for skill in skills if skill is not None),
        seats=row.seats,
        start=row.start,
        end=row.end,
        supervisor_id=row.supervisor_id,
        alternate_supervisor_id=row.alternate_supervisor_id,
    )


def _check_host(file: str, one: Placed[EmployerRow], first: Placed[EmployerRow], findings: Findings) -> None:
    for column in HOST_COLUMNS:
        value, said_first = getattr(one.row, column), getattr(first.row, column)
        if one is first and value is None and column not in NOT_NEEDED:
            findings.add(file, one.number, column, "is empty; the first row of a host says this for all its rows")
        elif value is not None and said_first is None and column in NOT_NEEDED:
            text = f"is not in row {first.number}, the first of this host; write it there"
            findings.value(file, one.number, column, value, text)
        elif value is not None and said_first not in (value, None):
            text = f"differs from row {first.number} of the same host; make them alike or leave this one empty"
            findings.value(file, one.number, column, value, text)
