"""A changed school calendar changes what the law allows: the placements of its learners are told to ask again."""

from collections.abc import Collection
from uuid import uuid4

from gateway.envelopes import payload_hash
from records import inbox
from records.pool import Connection
from records.school_calendars import placements_by
from schemas.acts import Act, By, Delivery
from schemas.change_commands import RecheckWork
from schemas.naming import update_id

SOURCE, TYPE = "/journeywork", "org.journeywork.work.recheck_asked"


async def ask_again(conn: Connection, organisation_ids: Collection[str]) -> int:
    """Have the law asked again where a learner goes to one of these schools, or to one of these districts' schools.

    Call inside the transaction that changes the calendars: then both are kept or neither. It is delivered by the
    gateway, at once or when it is there again. Returns at how many placements.
    """
    ids = await placements_by(conn, organisation_ids)
    run = uuid4().hex
    for id_ in ids:
        event_id, fingerprint = f"{run}-{id_}", payload_hash(TYPE, id_, {})
        act = Act(id=update_id(SOURCE, event_id), payload_hash=fingerprint, by=By(kind="api"), command=RecheckWork())
        await inbox.accept(
            conn,
            source=SOURCE,
            event_id=event_id,
            payload_hash=fingerprint,
            type=TYPE,
            delivery=Delivery(lifecycle="placement", id=id_, act=act),
        )
    return len(ids)
