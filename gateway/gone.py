"""Pages to answer with when a link leads nowhere any more, or the lifecycle says no."""

from typing import NamedTuple

from catalog import page_dates
from catalog.page_words import GoneKind, page_words
from gateway.links import OpenedLink
from gateway.pages import gone_page, language_of, problem_page
from gateway.services import Services
from records import lifecycles, submissions
from records.health import borrow
from records.pool import Connection
from records.undelivered import waiting_submission
from schemas.problems import ProblemCode, Refused

REFUSED: dict[ProblemCode, GoneKind] = {
    ProblemCode.ALREADY_ANSWERED: "already_answered",
    ProblemCode.NOT_AWAITED: "passed_on",
    ProblemCode.CLOSED: "closed",
    ProblemCode.NOT_FOUND: "closed",
    ProblemCode.NOT_ALLOWED_NOW: "closed",
}
RENEWABLE: frozenset[GoneKind] = frozenset({"expired", "replaced"})
"""Why a link leads nowhere though its reader may still answer: a new one can be sent."""


class Page(NamedTuple):
    """A page to answer with; with `location`, the address at which to look instead."""

    status: int
    html: str = ""
    location: str | None = None


def nothing(lang: str | None) -> Page:
    """There is no such link."""
    return Page(404, gone_page("not_found", language_of(lang)))


async def gone(conn: Connection, opened: OpenedLink, kind: GoneKind) -> Page:
    """Why the form can no longer be answered, and what to do."""
    language = opened.context.language
    html = gone_page(
        kind,
        language,
        detail=await _answered(conn, opened) if kind == "already_answered" else None,
        renew_url=f"{opened.path}/renew?lang={language}" if kind in RENEWABLE else None,
        help_email=opened.help_email if kind in RENEWABLE else None,
    )
    return Page(410, html)


async def why_not_now(conn: Connection, opened: OpenedLink) -> GoneKind | None:
    """Why nothing can be said to a request any more, or None: also an answer that is on its way settles it."""
    if opened.gone is None and await waiting_submission(conn, *opened.matter) is not None:
        return "already_answered"
    return opened.gone


async def refused(services: Services, opened: OpenedLink, why: Refused) -> Page:
    """What the lifecycle's refusal means to the person."""
    kind = REFUSED.get(why.code)
    if kind is None:
        return Page(409, problem_page("failed", opened.context.language, help_email=opened.help_email))
    async with borrow(services.pool) as conn:
        return await gone(conn, opened, kind)


async def _answered(conn: Connection, opened: OpenedLink) -> str | None:
    """By whom and when a request was answered: the role in words and the moment at the worksite, never a name."""
    view = await lifecycles.view_of(conn, opened.link.lifecycle, opened.link.lifecycle_id)
    request = view.request(opened.request.id) if view else None
    sent = request.submission_id if request else None
    submission = await submissions.get(conn, sent) if sent else None
    if submission is None:
        return None
    words = page_words(opened.context.language)
    moment = page_dates.moment(submission.at, opened.context.zone, opened.context.language)
    return words.words["answered_by"].format(role=words.roles[submission.role], moment=moment)
