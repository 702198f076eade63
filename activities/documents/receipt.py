"""The receipt of a form that was sent in: the person's own copy of every answer."""

from collections.abc import Mapping
from datetime import datetime

from activities.documents.paper import Answers, Block, Facts, Heading, Paper, Paragraph
from activities.documents.press import pdf
from activities.documents.telling import facts, said
from catalog import page_dates
from catalog.document_words import document_words
from catalog.page_words import page_words
from lifecycle.form_layout import FormContext
from lifecycle.forms import Answer
from schemas.forms import FormDefinition


def receipt_pdf(
    form: FormDefinition,
    context: FormContext,
    answers: Mapping[str, Answer],
    sent_at: datetime,
    *,
    decision: str | None = None,
    number: str | None = None,
) -> bytes:
    """The receipt as a PDF in the language of `context`, always the same bytes for the same answers.

    `answers` are typed, as `check_answers` gives them; `sent_at` is aware; `number` is the submission's id. Takes some
    20 ms: from a coroutine use `await printed(receipt_paper(...))`.
    """
    return pdf(receipt_paper(form, context, answers, sent_at, decision=decision, number=number))


def receipt_paper(
    form: FormDefinition,
    context: FormContext,
    answers: Mapping[str, Answer],
    sent_at: datetime,
    *,
    decision: str | None = None,
    number: str | None = None,
) -> Paper:
    """What the receipt says; see `receipt_pdf`."""
    words, said_as = document_words(context.language), page_words(context.language)
    title = words.titles["receipt"].format(form=context.say(form.title))
    blocks: list[Block] = [
        Facts(rows=(*facts(context).rows, (said_as.facts["person"], said_as.roles[context.signer_role]))),
        Heading(level=1, text=words.words["your_answers"]),
    ]
    for section, rows in said(form, context, answers):
        blocks += [Heading(level=2, text=section), Answers(rows=rows)]
    blocks += [
        Heading(level=1, text=words.words["next"]),
        Paragraph(text=context.say(form.next_step(decision))),
    ]
    foot = [title] if number is None else [title, words.say("receipt_number", number=number)]
    return Paper(
        language=context.language,
        title=title,
        above=context.program_name,
        below=words.say("sent", moment=page_dates.moment(sent_at, context.zone, context.language)),
        footer=" · ".join(foot),
        page=words.words["page"],
        author=context.program_name,
        keywords=(form.pin,),
        made_at=sent_at,
        blocks=tuple(blocks),
    )
