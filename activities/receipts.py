"""What a mail repeats of an answer, or of what somebody said instead of answering: words that are kept in Postgres."""

from typing import Any

import structlog
from typst import TypstError

from activities.answer_lines import answered
from activities.documents.press import printed
from activities.documents.receipt import receipt_paper
from activities.mailer import Attachment
from catalog.form_catalog import UnknownFormError, pinned
from catalog.message_catalog import Answered, Letter
from catalog.page_words import page_words
from lifecycle.form_layout import FormContext
from records import directory, referrals, submissions
from records.drafts import Matter
from records.kept import KEPT
from records.pool import Connection
from schemas.base import LifecycleName
from schemas.effects import Notify
from schemas.forms import MAX_JOB_SKILLS
from schemas.views import CaseView, OpportunityView, RequestView
from schemas.vocabulary import Role


async def said_again(conn: Connection, view: CaseView, request: RequestView, effect: Notify, letter: Letter) -> Letter:
    """The letter with what its reader answered, or with what was said by somebody who was asked; others as they are."""
    if effect.message == "request_submitted_confirmation":
        return letter.model_copy(update=await _answer(conn, view, effect, letter))
    if effect.message == "request_disclaimed_warning":
        return letter.model_copy(update=await _referral(conn, view, request))
    return letter


async def _answer(conn: Connection, view: CaseView, effect: Notify, letter: Letter) -> dict[str, Any]:
    """The submission's id ends the message's key. Nothing is repeated of one that was erased."""
    submission = await submissions.get(conn, effect.key.rpartition("/")[2])
    if submission is None:
        return {}
    try:
        form = pinned(submission.form)
    except UnknownFormError:
        return {"sent_at": submission.at}
    context = await _context(conn, view, letter, submission.role)
    return {
        "sent_at": submission.at,
        "form": context.say(form.title),
        "next_step": context.say(form.next_step(submission.decision)),
        "answers": tuple(
            Answered(title=part.title, lines=tuple((line.label, line.value) for line in part.lines))
            for part in answered(form, context, submission.answers)
        ),
    }


async def receipt_of(conn: Connection, view: CaseView, effect: Notify, letter: Letter) -> tuple[Attachment, ...]:
    """The receipt to attach, if this message is one. A mail goes without it rather than not at all."""
    if effect.message != "request_submitted_confirmation":
        return ()
    submission = await submissions.get(conn, effect.key.rpartition("/")[2])
    if submission is None:
        return ()
    try:
        form = pinned(submission.form)
    except UnknownFormError:
        return ()
    context = await _context(conn, view, letter, submission.role)
    paper = receipt_paper(
        form, context, submission.answers, submission.at, decision=submission.decision, number=submission.id
    )
    try:
        content = await printed(paper)
    except TypstError:
        structlog.get_logger("receipts").error("not_printed", submission_id=submission.id, form=submission.form)
        return ()
    return (Attachment(f"{form.id}.pdf", "application/pdf", content),)


async def _context(conn: Connection, view: CaseView, letter: Letter, signer: Role) -> FormContext:
    """The form as whoever answered saw it, as far as its questions depend on that."""
    opportunity_id = view.id if isinstance(view, OpportunityView) else view.opportunity_id
    facts = await directory.opportunity_facts(conn, opportunity_id) if opportunity_id else None
    words = page_words(letter.language)
    return FormContext(
        language=letter.language,
        signer_role=signer,
        learner_name=letter.learner or words.roles[Role.STUDENT],
        host_name=letter.host or words.facts["host"],
        program_name=letter.program,
        job_skills=facts.job_skills[:MAX_JOB_SKILLS] if facts else (),
        start=view.start,
        end=view.end,
        zone=view.time_zone,
    )


async def _referral(conn: Connection, view: CaseView, request: RequestView) -> dict[str, Any]:
    lifecycle: LifecycleName = next(name for name, kept in KEPT.items() if isinstance(view, kept.view))
    said = await referrals.newest(conn, Matter(lifecycle, view.id, request.id))
    if said is None:
        return {}
    named = ", ".join(part for part in (said.name, said.email) if part)
    return {"disclaimed": said.reason, "named": named or None, "note": said.note or None}
