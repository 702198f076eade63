"""What pages say of people, hosts and offers, from the directory in one round trip."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from records.pool import Connection
from schemas.directory import Host, OpportunityFacts, Person

FACTS = """
select
    (
        select jsonb_agg(to_jsonb(one)) from (
            select id, given_name, family_name, email, phone, birth_date, language, time_zone, status
            from people where id = any($1::text[])
        ) one
    ) as people,
    (
        select jsonb_agg(to_jsonb(one)) from (
            select id, name, address, sector, time_zone, state, site_contact_id, status
            from hosts where id = any($2::text[])
        ) one
    ) as hosts,
    (
        select to_jsonb(one) from (
            select id, host_id, program, title, description, tasks, job_skills, seats, start_on as start,
                end_on as "end", supervisor_id, alternate_supervisor_id
            from opportunity_facts where id = $3
        ) one
    ) as opportunity,
    array(select distinct person_id from person_kinds where person_id = any($1::text[])) as with_kinds
"""


class PageFacts(NamedTuple):
    """People and hosts by id, without those that the directory does not know; what is offered, if that was asked for.

    `with_kinds`: the people who are something to somebody here.
    """

    people: Mapping[str, Person]
    hosts: Mapping[str, Host]
    opportunity: OpportunityFacts | None
    with_kinds: frozenset[str]

    def address_of(self, person_id: str) -> str | None:
        """The e-mail address of a person who is written to: who has not left, and is something to somebody here."""
        one = self.people.get(person_id)
        return one.email if one and one.status == "active" and person_id in self.with_kinds else None


async def page_facts(
    conn: Connection,
    *,
    people: Iterable[str | None],
    hosts: Iterable[str | None],
    opportunity_id: str | None = None,
) -> PageFacts:
    """What the directory knows of these; None among them is nobody."""
    wanted = [[id_ for id_ in ids if id_ is not None] for ids in (people, hosts)]
    row = await conn.fetchrow(FACTS, *wanted, opportunity_id)
    if row is None:
        raise LookupError("a row was selected and none came")
    return PageFacts(
        {one["id"]: Person.model_validate(one) for one in row["people"] or ()},
        {one["id"]: Host.model_validate(one) for one in row["hosts"] or ()},
        OpportunityFacts.model_validate(row["opportunity"]) if row["opportunity"] else None,
        frozenset(row["with_kinds"]),
    )
