"""Every page that people see, by what it is: what is checked in a browser, and what pictures are made of.

A template that no page here is made from, and a page's address that is not visited, fail `test_every_page`.
"""

from datetime import UTC, datetime

from catalog.page_words import GoneKind, ProblemKind, page_words
from gateway import pages
from lifecycle.form_samples import passing_answers
from lifecycle.forms import check_answers
from schemas.form_fields import Language
from schemas.forms import FormDefinition
from tests.forms.people import FORMS, context_for
from tests.gateway.other_pages import other_pages

SENT_AT = datetime(2026, 7, 20, 21, tzinfo=UTC)
LONG = "ma-wblp"
"""The form of which the pages around a form are made."""

SIGNED_IN = {
    "caseload": "/console",
    "caseload, nobody found": "/console?q=nobody",
    "placement": "/console/placements/pl-101",
    "act on several": "/console/acts/new?act=pause&id=pl-101&id=pl-102",
    "act that is not possible": "/console/acts/new?act=extend&id=pl-101&id=pl-102",
    "act on one": "/console/acts/new?act=replace_supervisor&id=pl-101",
    "act on hosts": "/console/acts/new?act=renew_host&of=hosts&id=hst-4001&id=hst-4002",
    "acts": "/console/acts",
    "season": "/console/season",
    "offers": "/console/offers",
    "offers, none": "/console/offers?state=closed",
    "offer": "/console/offers/opp-6001",
    "hosts": "/console/hosts",
    "host": "/console/hosts/hst-4001",
    "incidents": "/console/incidents",
    "incident": "/console/incidents/inc-101",
    "imports": "/console/imports",
    "import with errors": "/console/imports/imp-wrong",
    "import": "/console/imports/imp-right",
    "duplicates": "/console/duplicates",
    "disclosures": "/console/learners/lrn-1041/disclosures",
    "nothing there": "/console/none",
}
"""Addresses of the console's pages, for staff; what is planned and done has an address of its own each time."""

OPEN = {
    "start": "/",
    "sign in": "/console/sign-in",
    "link sent": "/console/sign-in?sent=1",
    "enter": "/console/sign-in/none",
    "docs": "/docs",
}
"""The same for everybody."""

BEHIND_A_LINK = frozenset(
    {
        "/f/{token}",
        "/f/{token}/wrong",
        "/f/{token}/all",
        "/f/{token}/later",
        "/f/{token}/calendar",
        "/f/{token}/reach",
        "/f/{token}/of/{lifecycle}/{id}/{request_id}",
        "/f/{token}/of/{lifecycle}/{id}/{request_id}/wrong",
    }
)
"""Addresses whose pages `linked_pages` makes."""

ACTS = frozenset({"/console/acts/{id}"})
"""Visited where an act is planned and done: tests/gateway/console/test_in_browser.py."""

ACCOUNT = frozenset(f"/console/sign-in/account{rest}" for rest in ("", "/back", "/out"))
"""Lead to an identity provider and back: tests/gateway/console/test_account.py."""

FILES = frozenset(
    {
        "/console/caseload.csv",
        "/console/caseload.xlsx",
        *(f"/console/{kind}.{form}" for kind in ("offers", "hosts", "incidents") for form in ("csv", "xlsx")),
        "/console/imports/{id}/rejected.csv",
        "/console/learners/{id}/disclosures.csv",
        "/console/placements/{id}/documents/{name}.pdf",
        "/console/placements/{id}/files/{file_id}",
    }
)
"""Addresses that give files, no pages."""


def form_pages(language: Language, forms: tuple[FormDefinition, ...] = FORMS) -> dict[str, str]:
    """The page of every form, as it comes first."""
    return {f"form {one.pin}": _form(one, language) for one in forms}


def linked_pages(language: Language) -> dict[str, str]:
    """Every page behind a mailed link besides the forms' own."""
    one = next(form for form in FORMS if form.id == LONG)
    context, words = context_for(one, language=language), page_words(language)
    raw = passing_answers(one, context)
    answers = check_answers(one, context, raw).answers
    gone: tuple[GoneKind, ...] = tuple(words.gone)
    problems: tuple[ProblemKind, ...] = tuple(words.problems)
    return {
        "form with errors": pages.form_page(
            one,
            context,
            action_url="/f/abc",
            answers={},
            errors=check_answers(one, context, {}).errors,
            help_email="help@example.org",
        ),
        "check": pages.check_page(one, context, action_url="/f/abc", answers=answers),
        "receipt": pages.receipt_page(one, context, sent_at=SENT_AT, answers=answers),
        **{
            f"gone, {kind}": pages.gone_page(
                kind, language, renew_url="/f/abc/renew" if kind in ("expired", "replaced") else None
            )
            for kind in gone
        },
        **{f"problem, {kind}": pages.problem_page(kind, language, reference="r-17") for kind in problems},
        **other_pages(next(form for form in FORMS if form.id == "host-confirmation"), language),
    }


def _form(one: FormDefinition, language: Language) -> str:
    return pages.form_page(
        one,
        context_for(one, language=language),
        action_url="/f/abc",
        wrong_person_url="/f/abc/wrong",
        help_email="help@example.org",
    )
