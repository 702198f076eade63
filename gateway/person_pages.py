"""Pages behind a mailed link besides the form: everything that is asked of one person, and who else should answer."""

from dataclasses import dataclass

from catalog import page_dates
from catalog.page_words import page_words
from gateway.page_views import FieldView, facts_of
from gateway.pages import DO, page_from
from lifecycle.form_layout import FormContext
from schemas.forms import FormDefinition


@dataclass(frozen=True)
class Item:
    """One line of the list. `url` leads to its form, None for one that was sent; `here`: it is the page's own."""

    url: str | None
    title: str
    about: str
    occasion: str | None
    when: str | None
    saved: bool
    here: bool


def all_page(
    context: FormContext,
    *,
    items: tuple[Item, ...],
    sent: tuple[Item, ...],
    here: str,
    help_email: str | None = None,
) -> str:
    """Everything that is asked of one person: what is open, what is saved, what was sent."""
    return page_from(
        "all.html",
        context.language,
        title=page_words(context.language).words["all_title"],
        here=here,
        program=context.program_name,
        items=items,
        sent=sent,
        calendar_url=f"{here.removesuffix('/all')}/calendar?lang={context.language}",
        reach_url=f"{here.removesuffix('/all')}/reach?lang={context.language}",
        help_email=help_email,
    )


def wrong_person_page(
    form: FormDefinition,
    context: FormContext,
    *,
    action_url: str,
    fields: tuple[FieldView, ...],
    errors: tuple[tuple[str, str], ...] = (),
    help_email: str | None = None,
) -> str:
    """Where a person says that somebody else should answer: why, and whom, if they know."""
    return page_from(
        "wrong.html",
        context.language,
        title=page_words(context.language).words["wrong_title"],
        here=f"{action_url}/wrong",
        form_url=action_url,
        program=context.program_name,
        form_title=context.say(form.title),
        facts=facts_of(form, context),
        fields=fields,
        errors=errors,
        help_email=help_email,
    )


def later_page(
    form: FormDefinition,
    context: FormContext,
    *,
    action_url: str,
    fields: tuple[FieldView, ...],
    errors: tuple[tuple[str, str], ...] = (),
) -> str:
    """Where a person chooses on which day to be reminded; the deadline stays where it is."""
    return page_from(
        "later.html",
        context.language,
        title=page_words(context.language).words["later_title"],
        here=f"{action_url}/later",
        form_url=action_url,
        program=context.program_name,
        form_title=context.say(form.title),
        due=page_dates.moment(context.due, context.zone, context.language) if context.due else None,
        facts=facts_of(form, context),
        fields=fields,
        errors=errors,
        help_email=None,
    )


def calendar_page(context: FormContext, *, action_url: str, address: str | None, there: bool, stopped: bool) -> str:
    """Where a person makes the address at which a calendar program fetches her days; `address` is shown this once.

    `there`: one works, whether or not it is shown. `stopped`: it was just ended.
    """
    return page_from(
        "calendar.html",
        context.language,
        title=page_words(context.language).words["calendar_title"],
        here=f"{action_url}/calendar",
        form_url=action_url,
        program=context.program_name,
        address=address,
        there=there,
        stopped=stopped,
        do=DO,
        help_email=None,
    )


def reach_page(
    context: FormContext, *, action_url: str, fields: tuple[FieldView, ...], errors: tuple[tuple[str, str], ...] = ()
) -> str:
    """Where a person chooses between e-mail and text messages."""
    return page_from(
        "reach.html",
        context.language,
        title=page_words(context.language).words["reach_title"],
        here=f"{action_url}/reach",
        form_url=action_url,
        program=context.program_name,
        fields=fields,
        errors=errors,
        help_email=None,
    )
