"""Reminders on another day: whoever is asked chooses one of those that are left before the deadline."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date

from catalog import page_dates
from catalog.page_words import page_words
from gateway.bringing import keep, outcome_of
from gateway.gone import Page, gone, nothing, refused, why_not_now
from gateway.links import OpenedLink, Where, open_link
from gateway.page_views import FieldView, plain_options
from gateway.pages import notice_page
from gateway.person_pages import later_page
from gateway.services import Services
from lifecycle.snoozing import days_to_choose
from records.health import borrow
from schemas.form_fields import Language
from schemas.placement_commands import Snooze
from schemas.problems import Refused

SOURCE = "/forms/later"
"""The source of the inbox rows that bring the chosen day to the lifecycle."""
CHOICE = "until"


async def show_later(services: Services, where: Where, lang: str | None) -> Page:
    """The page on which to choose a day. Looking changes nothing."""
    async with borrow(services.pool) as conn:
        opened = await open_link(conn, where, lang, services.now())
        if opened is None:
            return nothing(lang)
        if opened.gone is not None:
            return await gone(conn, opened, opened.gone)
    return _page(opened, {}, None)


async def say_later(services: Services, where: Where, raw: Mapping[str, str], lang: str | None) -> Page:
    """Bring the chosen day to the lifecycle; the same twice is said once."""
    async with borrow(services.pool) as conn:
        opened = await open_link(conn, where, lang, services.now())
        if opened is None:
            return nothing(lang)
        if (why := await why_not_now(conn, opened)) is not None:
            return await gone(conn, opened, why)
        chosen = next((one for one in days_left(opened) if one.isoformat() == raw.get(CHOICE)), None)
        if chosen is None:
            return _page(opened, raw, page_words(opened.context.language).errors["choice_required"])
        command = Snooze(request_id=opened.request.id, person_id=opened.link.person_id, until=chosen)
        row = await keep(conn, services, opened, command, source=SOURCE, id_=_id(opened, chosen))
    outcome = await outcome_of(services, row)
    if isinstance(outcome, Refused):
        return await refused(services, opened, outcome)
    return Page(
        200, notice_page("later_title_done", "later_done", opened.context.language, here=f"{opened.path}/later")
    )


def days_left(opened: OpenedLink) -> tuple[date, ...]:
    """The days to choose from; none for somebody who is not reminded."""
    view, request = opened.view, opened.request
    if not request.holders or request.holders[-1] != opened.link.person_id:
        return ()
    return days_to_choose(view.time_zone, view.days_off, opened.at, request.due_at)


def _page(opened: OpenedLink, raw: Mapping[str, str], error: str | None) -> Page:
    language, days = opened.context.language, days_left(opened)
    here = f"{opened.path}/later"
    if not days:
        text = notice_page("later_title", "later_none", language, here=here, help_email=opened.help_email)
        return Page(200 if error is None else 422, text)
    before = opened.request.snoozed_until
    chosen = raw.get(CHOICE) or (before.isoformat() if before else "")
    here_wrong = error.format(lead="") if error else None
    html = later_page(
        opened.form,
        opened.context,
        action_url=opened.path,
        fields=(day_field(language, days, chosen, here_wrong),),
        errors=((CHOICE, here_wrong),) if here_wrong else (),
    )
    return Page(422 if error else 200, html)


def day_field(language: Language, days: Sequence[date], chosen: str, error: str | None) -> FieldView:
    """The control with which a day is chosen, from at least one."""
    words = page_words(language).words
    labels = ((one.isoformat(), page_dates.weekday(one, language)) for one in days)
    return FieldView(
        name=CHOICE,
        kind="choice",
        label=words["later_question"],
        hints=(words["later_hint"],),
        error=error,
        value=chosen,
        options=plain_options(CHOICE, labels, chosen),
    )


def _id(opened: OpenedLink, chosen: date) -> str:
    """The same day chosen twice is one choice; chosen again after another one it is a new one."""
    said = (*opened.matter, opened.link.person_id, chosen.isoformat(), str(opened.request.snoozed_until))
    return f"later-{hashlib.sha256(chr(0).join(said).encode()).hexdigest()[:32]}"
