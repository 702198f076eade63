"""How a person is written to: by e-mail or by text messages, or with no texts at all. Chosen behind a mailed link."""

from collections.abc import Mapping

from catalog.page_words import page_words
from gateway.gone import RENEWABLE, Page, gone, nothing
from gateway.links import OpenedLink, Where, open_link
from gateway.page_views import FieldView, plain_options
from gateway.pages import notice_page
from gateway.person_pages import reach_page
from gateway.services import Services
from records import directory
from records.health import borrow
from schemas.directory import Contact
from schemas.form_fields import Language

CHOICE = "channel"
CHOICES = ("email", "text", "no_texts")


async def show_reach(services: Services, where: Where, lang: str | None) -> Page:
    """The page on which to choose. Looking changes nothing."""
    return await _on_page(services, where, None, lang)


async def say_reach(services: Services, where: Where, raw: Mapping[str, str], lang: str | None) -> Page:
    """Write to the person in this way from now on."""
    return await _on_page(services, where, raw, lang)


def reach_url(services: Services, opened: OpenedLink) -> str | None:
    """Where to choose; None where no text messages are sent, so that there is nothing to choose."""
    return f"/f/{opened.where.token}/reach?lang={opened.context.language}" if services.texts else None


async def _on_page(services: Services, where: Where, raw: Mapping[str, str] | None, lang: str | None) -> Page:
    async with borrow(services.pool) as conn:
        opened = await open_link(conn, where, lang, services.now())
        if opened is None or not services.texts:
            return nothing(lang)
        if opened.gone in RENEWABLE or opened.gone == "passed_on":
            return await gone(conn, opened, opened.gone)
        known = (await directory.contacts(conn, [opened.link.person_id])).get(opened.link.person_id)
        if known is None or not known.phone:
            return _notice(opened, "reach_title", "reach_no_phone")
        chosen = None if raw is None else raw.get(CHOICE, "")
        if chosen not in CHOICES:
            return _page(opened, known, wrong=chosen is not None)
        at = services.now() if chosen == "no_texts" else None
        await directory.choose_channel(conn, known.id, "text" if chosen == "text" else "email", at)
    return _notice(opened, "reach_title_done", "reach_done")


def _page(opened: OpenedLink, known: Contact, *, wrong: bool) -> Page:
    language = opened.context.language
    error = page_words(language).errors["choice_required"].format(lead="") if wrong else None
    chosen = "no_texts" if known.no_texts else known.channel
    html = reach_page(
        opened.context,
        action_url=opened.path,
        fields=(reach_field(language, (known.phone or "")[-4:], chosen, error),),
        errors=((CHOICE, error),) if error else (),
    )
    return Page(422 if wrong else 200, html)


def reach_field(language: Language, ends: str, chosen: str, error: str | None) -> FieldView:
    """The control with which the way is chosen; the phone is told by how it `ends`."""
    words = page_words(language).words
    labels = ((value, words[f"reach_{value}"].format(ends=ends)) for value in CHOICES)
    return FieldView(
        name=CHOICE,
        kind="choice",
        label=words["reach_question"],
        hints=(words["reach_hint"],),
        error=error,
        value=chosen,
        options=plain_options(CHOICE, labels, chosen),
    )


def _notice(opened: OpenedLink, title: str, text: str) -> Page:
    return Page(200, notice_page(title, text, opened.context.language, here=f"{opened.path}/reach"))
