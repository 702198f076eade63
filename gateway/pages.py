"""The pages behind mailed links: the form, its receipt, and kind words for links that no longer work.

Server-rendered, no JavaScript. Every text comes from the form and from `catalog/messages/pages.*.yaml`; what people
typed is escaped. Send each page with `PAGE_HEADERS`.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

from activities.answer_lines import answered
from catalog import page_dates
from catalog.page_words import GoneKind, Notice, ProblemKind, page_words
from gateway.page_views import facts_of, sections_of, worded_errors
from gateway.templating import TEMPLATES
from lifecycle.form_layout import FormContext, asked_fields
from lifecycle.forms import WHOLE_FORM, Answer, FieldError, as_raw
from schemas.form_fields import LANGUAGES, Language
from schemas.forms import FormDefinition

STATIC_FOLDER = Path(__file__).parent / "static"
STATIC_PATH = "/static"
"""Where the gateway serves `STATIC_FOLDER`; addresses carry a hash of the content and may be cached for ever."""

PAGE_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }
)
"""Sent with every page: nothing from elsewhere, nothing kept, the secret address passed on to nobody."""

FEW = 4
"""A form of so many controls or fewer is seen at one glance: it is sent at once, without a page to check it on."""

DO = "_do"
"""The name under which a page's buttons say what to do: `check`, `send` or `save`. No field can have it."""


def form_page(
    form: FormDefinition,
    context: FormContext,
    *,
    action_url: str,
    answers: Mapping[str, str] | None = None,
    errors: Mapping[str, FieldError] | None = None,
    saved_notice: str | None = None,
    copied_notice: str | None = None,
    copy_url: str | None = None,
    wrong_person_url: str | None = None,
    others_url: str | None = None,
    others_count: int = 0,
    reach_url: str | None = None,
    help_email: str | None = None,
) -> str:
    """The form as one person sees it.

    `action_url` is the page's own path, to which the form posts; `answers` are raw values by name of control (what was
    typed, or `lifecycle.forms.as_raw`), `errors` come from `check_answers`. `saved_notice` is a sentence shown on top.
    """
    raw = answers or {}
    worded = worded_errors(form, context, raw, errors or {})
    return page_from(
        "form.html",
        context.language,
        title=context.say(form.title),
        here=action_url,
        form=form,
        program=context.program_name,
        occasion=_occasion(context),
        lead=context.say(form.why),
        note=context.say(note) if context.occasion and (note := form.occasions.get(context.occasion)) else None,
        minutes=form.minutes,
        due=page_dates.moment(context.due, context.zone, context.language) if context.due else None,
        overdue=context.overdue,
        facts=facts_of(form, context),
        sections=sections_of(form, context, raw, worded),
        errors=tuple((name, error.summary) for name, error in worded.items()),
        whole_form=WHOLE_FORM,
        has_files=any(asked.field.kind == "file" for asked in asked_fields(form, context)),
        do=DO,
        checks=len(asked_fields(form, context)) > FEW,
        send=context.say(form.send),
        saved_notice=saved_notice,
        copied_notice=copied_notice,
        copy_url=copy_url,
        others_url=others_url,
        others_count=others_count,
        wrong_person_url=wrong_person_url,
        reach_url=reach_url,
        help_email=help_email,
    )


def check_page(
    form: FormDefinition,
    context: FormContext,
    *,
    action_url: str,
    answers: Mapping[str, Answer],
    help_email: str | None = None,
) -> str:
    """Everything that will be sent, each answer with a way back to its control; nothing has been sent yet.

    `answers` are typed and right, as `check_answers` gives them. The page carries them, so that what is sent is what
    was shown; the ways back lead to the form, which must show them too (as a draft).
    """
    return page_from(
        "check.html",
        context.language,
        title=page_words(context.language).words["check_title"],
        here=action_url,
        form_title=context.say(form.title),
        program=context.program_name,
        occasion=_occasion(context),
        facts=facts_of(form, context),
        answered=answered(form, context, answers, left_out=True),
        kept=as_raw(answers),
        help_email=help_email,
        do=DO,
        send=context.say(form.send),
    )


def receipt_page(
    form: FormDefinition,
    context: FormContext,
    *,
    sent_at: datetime,
    answers: Mapping[str, Answer] | None = None,
    decision: str | None = None,
    others: tuple[Any, ...] = (),
    others_url: str | None = None,
    reach_url: str | None = None,
    here: str = "",
    help_email: str | None = None,
) -> str:
    """What was sent, when (`sent_at`, aware), and what happens next.

    The answers are stored; whether the placement has had them yet makes no difference to whoever gave them. With
    `answers` (typed, as `check_answers` gives them) the page repeats them for the person's own copy.
    """
    return page_from(
        "receipt.html",
        context.language,
        title=page_words(context.language).words["receipt_title"],
        here=here,
        others=others,
        others_url=others_url,
        reach_url=reach_url,
        form_title=context.say(form.title),
        program=context.program_name,
        occasion=_occasion(context),
        moment=page_dates.moment(sent_at, context.zone, context.language),
        next_step=context.say(form.next_step(decision)),
        facts=facts_of(form, context),
        answered=answered(form, context, answers) if answers is not None else (),
        help_email=help_email,
    )


def gone_page(
    kind: GoneKind,
    language: Language = "en",
    *,
    detail: str | None = None,
    renew_url: str | None = None,
    help_email: str | None = None,
) -> str:
    """A link that leads nowhere any more, and what to do. `renew_url` (POST) sends a new link to the known address.

    `detail` is one more sentence, such as who answered and when.
    """
    notice = page_words(language).gone[kind]
    return _notice(language, notice, detail=detail, renew_url=renew_url, help_email=help_email)


def notice_page(
    title: str,
    text: str,
    language: Language,
    *,
    here: str,
    help_email: str | None = None,
    others_url: str | None = None,
) -> str:
    """A page that only says something: words of `pages.*.yaml` by their names. `here` can be looked at again."""
    words = page_words(language).words
    notice = Notice(title=words[title], text=words[text])
    return _notice(language, notice, here=here, help_email=help_email, others_url=others_url)


def problem_page(
    kind: ProblemKind, language: Language = "en", *, reference: str | None = None, help_email: str | None = None
) -> str:
    """Something went wrong on the way; `reference` is an opaque number that finds it in the logs."""
    notice = page_words(language).problems[kind]
    return _notice(language, notice, reference=reference, help_email=help_email)


def language_of(asked: str | None, known: str | None = None) -> Language:
    """The language to answer in: `?lang=`, else the one known of the person, else English."""
    for wanted in (asked, known):
        for language in LANGUAGES:
            if language == wanted:
                return language
    return LANGUAGES[0]


@cache
def static_address(name: str) -> str:
    """The address of a file in `static/`; changes with its content."""
    digest = sha256((STATIC_FOLDER / name).read_bytes()).hexdigest()[:12]
    return f"{STATIC_PATH}/{name}?v={digest}"


def _notice(
    language: Language,
    notice: Notice,
    *,
    here: str = "",
    detail: str | None = None,
    renew_url: str | None = None,
    reference: str | None = None,
    help_email: str | None = None,
    others_url: str | None = None,
) -> str:
    return page_from(
        "notice.html",
        language,
        title=notice.title,
        here=here,
        program=None,
        text=notice.text,
        detail=detail,
        renew_url=renew_url,
        others_url=others_url,
        reference=reference,
        help_email=help_email,
    )


def page_from(template: str, language: Language, **values: Any) -> str:
    """A page made from a template, in one language, with that language's words."""
    other: Language = "es" if language == "en" else "en"
    words = page_words(language)
    return TEMPLATES.get_template(template).render(
        **values, language=language, other_language=other, say=SimpleNamespace(**words.words), static=static_address
    )


def _occasion(context: FormContext) -> str | None:
    words = page_words(context.language)
    if context.occasion is None:
        return None
    if context.number > 1:
        return f"{words.occasions[context.occasion]} {context.number}"
    return words.occasions[context.occasion]
