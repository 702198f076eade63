"""Asks youth-employment law about a placement's shifts. The facts stay here; codes, days and figures leave."""

from datetime import date, datetime

import structlog

from catalog.rule_catalog import all_packs
from lifecycle.calendars import DAY, site_day
from lifecycle.youth_changes import next_change
from lifecycle.youth_employment import days_needed, findings, governed, holding
from lifecycle.youth_findings import coded, concerns, finding_id, own_days
from lifecycle.youth_status import permit_until
from records import directory, work
from records.findings import Check, Found, keep_findings
from records.pool import Connection
from schemas.acts import Batch
from schemas.clock import Clock
from schemas.effects import CheckWork, Skipped, WorkChecked
from schemas.findings import Basis
from schemas.views import PlacementView

TOLD: dict[str, frozenset[Basis]] = {
    "planned": frozenset({"predicted"}),
    "logged": frozenset({"detected"}),
    "day": frozenset({"predicted", "detected"}),
}
"""Which findings each check tells; both are kept."""


async def check_work(conn: Connection, batch: Batch, effect: CheckWork, now: datetime) -> WorkChecked | Skipped:
    """What the law says of the placement's shifts on the days asked about, with all of the learner's work counted.

    `now` is the real time, aware. What is found is kept whole in Postgres; repeating it changes nothing. Skipped when
    the directory does not know the learner, or a student's birth date: nothing can be said then.
    """
    log = structlog.get_logger("youth").bind(placement_id=batch.id, key=effect.key)
    view = PlacementView.model_validate(batch.view)
    learner = await directory.learner(conn, view.learner_id)
    if learner is None or (learner.kind == "student" and learner.birth_date is None):
        reason = "unknown_person" if learner is None else "no_birth_date"
        log.warning("not_checked", reason=reason)
        return Skipped(key=effect.key, reason=reason)
    host = await directory.host(conn, view.host_id)
    state, packs = host.state if host else None, all_packs()
    facts = await work.learner_facts(conn, learner, state=state, time_zone=view.time_zone)
    kept = await work.shifts_of(conn, learner.id, *days_needed(packs, effect.first, effect.last))
    own = {
        one.shift.id: one.day for one in kept if one.placement_id == view.id and effect.first <= one.day <= effect.last
    }
    today = max((_today(view, now), *(one.day for one in kept if one.shift.status == "logged")))
    everything = findings(facts, (one.shift for one in kept), packs, today=today)
    found = governed([one for one in everything if concerns(one, own, view.host_id)])
    check = Check(view.id, learner.id, effect.first, effect.last, effect.key, today)
    await keep_findings(conn, check, [Found(finding_id(one), own_days(one, own), one) for one in found])
    told = tuple(coded(one) for one in found if one.governs and one.basis in TOLD[effect.basis])
    log.info("checked", count=len(told))
    return WorkChecked(
        key=effect.key,
        findings=told,
        recheck_on=next_change(facts, max(today + DAY, view.start), view.end, packs),
        permit_until=permit_until(facts, view.host_id, holding(packs, state), today),
    )


def _today(view: PlacementView, now: datetime) -> date:
    """The day at the worksite on the program's clock."""
    clock = Clock(program_epoch=view.program_epoch, real_epoch=view.real_epoch, speed=view.speed)
    return site_day(view.time_zone, clock.program_time(now))
