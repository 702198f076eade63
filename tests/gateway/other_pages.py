"""Every page behind a mailed link besides forms and receipts, as the gateway makes it."""

from datetime import UTC, date, datetime

from catalog.page_words import page_words
from gateway import pages, person_pages
from gateway.asking_desk import wrong_fields
from gateway.later import day_field
from gateway.person_pages import Item
from gateway.reach import reach_field
from schemas.form_fields import Language
from schemas.forms import FormDefinition
from schemas.vocabulary import DisclaimReason
from tests.forms.people import context_for

SENT_AT = datetime(2026, 7, 20, 21, tzinfo=UTC)
DAYS = (date(2026, 7, 21), date(2026, 7, 22), date(2026, 8, 13))
REASONS = {
    DisclaimReason.NOT_MY_STUDENT: "wrong_not_my_student",
    DisclaimReason.NO_LONGER_SUPERVISOR: "wrong_no_longer_supervisor",
    DisclaimReason.SOMEONE_ELSE: "wrong_someone_else",
}


def item(about: str, *, url: str | None = "/f/abc", saved: bool = False) -> Item:
    title = "Evaluation of the student’s work"
    return Item(url, title, about, "Final evaluation", "Friday, August 14", saved, here=False)


def other_pages(form: FormDefinition, language: Language) -> dict[str, str]:
    """Each page by what it is."""
    context = context_for(form, language=language)
    listed = (item("Mateo A."), item("Aaliyah B.", saved=True))
    choose = page_words(language).errors["choice_required"].format(lead="")
    wrong = {"reason": choose}
    return {
        "all": person_pages.all_page(context, items=listed, sent=(item("Mai T.", url=None),), here="/f/abc/all"),
        "nothing open": person_pages.all_page(context, items=(), sent=(), here="/f/abc/all"),
        "wrong person": person_pages.wrong_person_page(
            form, context, action_url="/f/abc", fields=wrong_fields(language, REASONS, {}, {})
        ),
        "wrong person, with errors": person_pages.wrong_person_page(
            form,
            context,
            action_url="/f/abc",
            fields=wrong_fields(language, REASONS, {"name": "Lee"}, wrong),
            errors=tuple(wrong.items()),
        ),
        "later": person_pages.later_page(
            form, context, action_url="/f/abc", fields=(day_field(language, DAYS, "", None),)
        ),
        "later, with errors": person_pages.later_page(
            form,
            context,
            action_url="/f/abc",
            fields=(day_field(language, DAYS, "", choose),),
            errors=(("until", choose),),
        ),
        "reach": person_pages.reach_page(
            context, action_url="/f/abc", fields=(reach_field(language, "0150", "email", None),)
        ),
        "reach, with errors": person_pages.reach_page(
            context,
            action_url="/f/abc",
            fields=(reach_field(language, "0150", "email", choose),),
            errors=(("channel", choose),),
        ),
        "calendar": person_pages.calendar_page(context, action_url="/f/abc", address=None, there=False, stopped=False),
        "calendar, made": person_pages.calendar_page(
            context, action_url="/f/abc", address=f"http://a.example/calendar/{'a' * 43}.ics", there=True, stopped=False
        ),
        "calendar, stopped": person_pages.calendar_page(
            context, action_url="/f/abc", address=None, there=False, stopped=True
        ),
        "told": pages.notice_page("told_title", "told_text", language, here="/f/abc", help_email="help@example.org"),
        "renewed": pages.notice_page("renewed_title", "renewed_text", language, here="/f/abc"),
        "copied": pages.form_page(
            form,
            context,
            action_url="/f/abc",
            copied_notice="From Mateo.",
            copy_url="/f/abc?copy=all",
            others_url="/f/abc/all",
            others_count=7,
            wrong_person_url="/f/abc/wrong",
        ),
        "next": pages.receipt_page(form, context, sent_at=SENT_AT, others=listed, others_url="/f/abc/all"),
    }
