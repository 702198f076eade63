"""What stands around the placements of `furnish`: a partnership, an incident of each school, a scan."""

from datetime import UTC, date, datetime

from catalog.program_catalog import all_programs
from lifecycle.registry import first_batch
from records import files, lifecycles
from records.drafts import Matter
from records.health import borrow
from schemas.acts import By
from schemas.clock import REAL
from schemas.incident import IncidentOpening, OpenIncident
from schemas.vocabulary import Severity
from tests.gateway.desk import Desk

AT = datetime(2027, 6, 7, 13, tzinfo=UTC)
SCAN = b"%PDF-1.4 scan"


async def with_matters(desk: Desk) -> str:
    """Record them: the host is contacted, and inc-101 and inc-102 are about pl-101 and pl-102. Gives a scan's id."""
    answer = await desk.send("partnership.contacted", data={"host_id": "hst-4001"})
    assert answer.status_code == 200, answer.text
    for number, severity in ((101, Severity.HIGH), (102, Severity.LOW)):
        await incident(desk, f"pl-{number}", f"inc-{number}", severity)
    matter = Matter("placement", "pl-101", "host_confirmation")
    async with borrow(desk.pool) as conn:
        scan = await files.save(conn, matter, "sup-2001", field="scan", kind="pdf", content=SCAN)
        await files.hand_in(conn, [scan], "sub-scan")
    return scan


async def incident(desk: Desk, placement_id: str, id_: str, severity: Severity) -> None:
    """Record a case as the placement opens it."""
    async with borrow(desk.pool) as conn:
        view = await lifecycles.placement(conn, placement_id)
        assert view is not None
        opening = IncidentOpening(
            command=OpenIncident(
                incident_id=id_,
                placement_id=placement_id,
                learner_id=view.learner_id,
                host_id=view.host_id,
                severity=severity,
                category="injury",
                program=all_programs()["incident-response"],
                minor=view.minor,
                team=view.team,
                day=date(2027, 6, 7),
                clock=REAL,
            ),
            at=AT,
        )
        await lifecycles.record_batch(conn, first_batch(opening, By(kind="lifecycle")))
