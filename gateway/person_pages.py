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
    learner_id: str | None = None
    overdue: bool = False


def all_page(
    context: FormContext,
    *,
    items: tuple[Item, ...],
    sent: tuple[Item, ...],
    here: str,
    reach_url: str | None = None,
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
        reach_url=reach_url,
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
    words = page_words(context.language).words
    return _question(
        context,
        "wrong",
        action_url,
        fields,
        errors,
        form=form,
        lead=words["wrong_lead"],
        back=words["check_back"],
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
    words = page_words(context.language).words
    due = page_dates.moment(context.due, context.zone, context.language) if context.due else None
    lead = words["due"].format(moment=due) if due else None
    return _question(context, "later", action_url, fields, errors, form=form, lead=lead, back=words["later_now"])


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
    back = page_words(context.language).words["calendar_back"]
    return _question(context, "reach", action_url, fields, errors, back=back)


def _question(
    context: FormContext,
    name: str,
    action_url: str,
    fields: tuple[FieldView, ...],
    errors: tuple[tuple[str, str], ...],
    *,
    back: str,
    form: FormDefinition | None = None,
    lead: str | None = None,
    help_email: str | None = None,
) -> str:
    """A page `name` below the form's address that asks something besides the form, and leads back to it."""
    words = page_words(context.language).words
    return page_from(
        "question.html",
        context.language,
        title=words[f"{name}_title"],
        here=f"{action_url}/{name}",
        form_url=action_url,
        program=context.program_name,
        form_title=context.say(form.title) if form else None,
        lead=lead,
        facts=facts_of(form, context) if form else (),
        fields=fields,
        errors=errors,
        send=words[f"{name}_send"],
        back=back,
        help_email=help_email,
    )
