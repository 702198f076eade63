"""What goes once its matter has been over for long enough: a placement, an incident, an offer, a partnership.

A partnership may last for decades: while it goes on, what is old goes too, answers and scans once there are newer ones.

In every statement: over before $1, by the program $2, or by any (null) but those in $3.
"""

from collections.abc import Mapping
from types import MappingProxyType

HELD = "select person_id from person_holds"
_PROGRAM = "($2::text is null or {0}.program = $2) and {0}.program <> all($3::text[])"
_NOBODY_HELD = """
not exists (select from person_holds h where position('"' || h.person_id || '"' in {0}.view::text) > 0)
"""

OVER = f"""
select p.id from placements p
where p.outcome is not null and p.answer_due_at is null and p.updated_at < $1 and {_PROGRAM.format("p")}
    and p.learner_id not in ({HELD})
    and not exists (select from incidents i where i.placement_id = p.id and i.outcome is null)
"""  # noqa: S608 - constants
INCIDENTS = f"select i.id from incidents i where i.placement_id in ({OVER})"  # noqa: S608 - as above
OFFERS = f"""
select o.id from opportunities o
where o.outcome is not null and o.updated_at < $1 and {_PROGRAM.format("o")} and {_NOBODY_HELD.format("o")}
    and not exists (select from placements p where p.opportunity_id = o.id and p.id not in ({OVER}))
"""  # noqa: S608 - as above
LASTING = f"select s.id from partnerships s where {_PROGRAM.format('s')} and {_NOBODY_HELD.format('s')}"  # noqa: S608
PARTNERSHIPS = f"{LASTING} and s.outcome is not null and s.updated_at < $1"

ABOUT = f"""
case t.lifecycle
    when 'placement' then t.lifecycle_id in ({OVER})
    when 'incident' then t.lifecycle_id in ({INCIDENTS})
    when 'opportunity' then t.lifecycle_id in ({OFFERS})
    when 'partnership' then t.lifecycle_id in ({PARTNERSHIPS})
    else false
end
"""
"""Whether a row of the table `t` belongs to a matter that is over."""

AGED = f"t.lifecycle = 'partnership' and t.lifecycle_id in ({LASTING}) and {{0}} < $1"
"""Whether it belongs to a partnership and is old itself (when it was made is put in)."""

NEWER = """
exists (select from {0} n where n.lifecycle = t.lifecycle and n.lifecycle_id = t.lifecycle_id
    and n.{1} = t.{1} and n.{2} > t.{2})
"""
"""Whether the same matter has a newer one of a kind, in a table, by these columns."""

_AGED_REFERRAL, _AGED_MESSAGE = AGED.format("t.received_at"), AGED.format("t.finished_at")
_NEWER_ANSWER = f"({AGED.format('t.received_at')} and {NEWER.format('submissions', 'form', 'received_at')})"
_NEWER_SCAN = f"({AGED.format('t.uploaded_at')} and {NEWER.format('form_files', 'field', 'uploaded_at')})"

BY_MATTER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "scans": (f"delete from form_files t where {ABOUT} or {_NEWER_SCAN}",),  # noqa: S608 - as above
        "answers": (
            f"update submissions t set answers = '{{}}' where answers <> '{{}}' and ({ABOUT} or {_NEWER_ANSWER})",  # noqa: S608
            f"delete from drafts t where {ABOUT}",  # noqa: S608
            f"""
update referrals t set name = '', email = '', note = ''
where name || email || note <> '' and ({ABOUT} or {_AGED_REFERRAL})
""",  # noqa: S608
        ),
        "staff_notes": (
            f"""
update staff_acts a set note = '' where note <> ''
    and exists (select from staff_act_lines t where t.act_id = a.id)
    and not exists (
        select from staff_act_lines t where t.act_id = a.id and not ({ABOUT} or ({AGED.format("a.planned_at")}))
    )
""",  # noqa: S608
        ),
        "messages": (
            f"delete from notifications t where finished_at is not null and ({ABOUT} or {_AGED_MESSAGE})",  # noqa: S608
        ),
    }
)
"""By kind of data, the statements that take it away."""
