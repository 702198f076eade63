"""The certificate of completion: for whom, of what, how many hours, which skills, and who signed it off."""

from activities.documents.paper import Certificate, Paper, Signer
from catalog import page_dates
from catalog.document_words import document_words
from catalog.page_words import page_words
from gateway.documents.dossier import Answered, Dossier
from gateway.documents.evaluation import level_label, skill_labels
from gateway.documents.hours import confirmed_minutes, in_hours
from gateway.documents.telling import moment, paper
from lifecycle.scores import ratings
from schemas.form_fields import Language
from schemas.vocabulary import PlacementState, RequestKind, Role

MOST_SKILLS = 12
"""How many skills fit on one page; a form with more shows none of them."""

COMPLETED = frozenset({PlacementState.COMPLETED, PlacementState.COMPLETED_EVALUATION_NOT_PROVIDED})


def certificate(dossier: Dossier, language: Language) -> Paper | None:
    """The certificate; None unless the placement is completed."""
    view = dossier.view
    if view.outcome not in COMPLETED:
        return None
    words = document_words(language)
    context = dossier.context(language, Role.COORDINATOR)
    said = {
        "program": context.program_name,
        "host": context.host_name,
        "job": context.job_title,
        "dates": page_dates.days(view.start, view.end, language),
    }
    text = words.say("completed_as" if context.job_title else "completed", **said)
    if worked := confirmed_minutes(dossier):
        text += "\n" + words.say("with_hours", hours=in_hours(worked, language))
    signed = dossier.of({RequestKind.SIGN_OFF})
    unrated = view.outcome is PlacementState.COMPLETED_EVALUATION_NOT_PROVIDED
    return paper(
        dossier,
        "certificate",
        language,
        below=words.words["without_evaluation"] if unrated else "",
        made_at=dossier.newest(signed),
        certificate=Certificate(
            opening=words.words["certifies"],
            name=context.learner_name,
            text=text,
            skills_title=words.words["skills_shown"],
            skills=_skills(dossier, language),
            signers=tuple(_signer(dossier, one, language) for one in signed),
        ),
    )


def _signer(dossier: Dossier, one: Answered, language: Language) -> Signer:
    return Signer(
        name=one.name or document_words(language).words["nobody_knows"],
        role=page_words(language).roles[one.submission.role],
        when=moment(dossier, one.submission.at, language),
    )


def _skills(dossier: Dossier, language: Language) -> tuple[str, ...]:
    """The final evaluation's ratings in words."""
    final = dossier.of({RequestKind.FINAL_EVALUATION})
    if not final:
        return ()
    newest = final[-1]
    context = dossier.context(language, newest.submission.role)
    labels = skill_labels(dossier, newest, language)
    levels = ratings(newest.form, newest.submission.answers)
    if len(levels) > MOST_SKILLS:
        return ()
    say = document_words(language).say
    return tuple(
        say("skill_rated", skill=labels[skill], label=level_label(newest.form, skill, value, context))
        for skill, value in levels.items()
        if skill in labels
    )
