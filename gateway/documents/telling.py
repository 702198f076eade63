"""What documents have in common: the facts on top, answers in words, who said something and when."""

from datetime import datetime

from activities.documents.paper import Block, Certificate, Paper
from catalog import page_dates
from catalog.document_words import DocumentName, document_words
from catalog.page_words import page_words
from gateway.documents.dossier import Answered, Dossier
from schemas.form_fields import Language
from schemas.vocabulary import Role


def paper(
    dossier: Dossier,
    name: DocumentName,
    language: Language,
    *,
    made_at: datetime,
    blocks: tuple[Block, ...] = (),
    certificate: Certificate | None = None,
    below: str | None = None,
) -> Paper:
    """A document about a placement: its title, whom it is about, and the foot of its pages come of themselves."""
    words = document_words(language)
    context = dossier.context(language, Role.COORDINATOR)
    title = words.titles[name]
    return Paper(
        template="paper" if certificate is None else "certificate",
        language=language,
        title=title,
        above=context.program_name,
        below=words.say("about", learner=context.learner_name, host=context.host_name) if below is None else below,
        footer=words.say("footer", title=title, placement=dossier.view.id),
        page=words.words["page"],
        author=context.program_name,
        keywords=(dossier.view.id, name),
        made_at=made_at,
        blocks=blocks,
        certificate=certificate,
    )


def moment(dossier: Dossier, at: datetime, language: Language) -> str:
    """A moment at the worksite."""
    return page_dates.moment(at, dossier.view.time_zone, language)


def by(dossier: Dossier, one: Answered, text: str, language: Language) -> str:
    """A sentence of who answered, in which role, and when."""
    words = document_words(language)
    return words.say(
        text,
        name=one.name or words.words["nobody_knows"],
        role=page_words(language).roles[one.submission.role],
        moment=moment(dossier, one.submission.at, language),
    )
