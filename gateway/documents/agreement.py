"""The training agreement as everybody signed it: what was agreed, about which work, and each signature."""

from collections.abc import Iterator

from activities.documents.paper import Answers, Block, Heading, Paper, Paragraph, Points, Signature
from activities.documents.telling import facts, said
from catalog.document_words import document_words
from catalog.page_words import page_words
from gateway.documents.dossier import Answered, Dossier
from gateway.documents.telling import moment, paper
from lifecycle.form_layout import FormContext, lay_out
from lifecycle.forms import Answer
from schemas.form_fields import AgreeField, Language, SignatureField
from schemas.forms import FormDefinition
from schemas.vocabulary import RequestKind, Role

SIGNED = frozenset({RequestKind.AGREEMENT, RequestKind.AMENDMENT})


def agreement(dossier: Dossier, language: Language) -> Paper | None:
    """The agreement and its changes; None while nobody has signed."""
    agreed = dossier.of({RequestKind.AGREEMENT})
    if not agreed:
        return None
    words = document_words(language)
    blocks: list[Block] = [
        Heading(level=1, text=words.words["facts"]),
        facts(dossier.context(language, Role.COORDINATOR)),
        *_terms(agreed[0].form, dossier.context(language, agreed[0].submission.role)),
        Heading(level=1, text=words.words["signatures"]),
        *_signatures(dossier, agreed, language),
        *_missing(dossier, language),
    ]
    for one in dossier.of({RequestKind.AMENDMENT}):
        blocks += [
            Heading(level=1, text=words.words["change"]),
            *_terms(one.form, dossier.context(language, one.submission.role)),
            *_signatures(dossier, (one,), language),
        ]
    source = words.say("form_used", form=agreed[0].form.pin, source=agreed[0].form.source.citation)
    blocks.append(Paragraph(text=source, quiet=True))
    return paper(dossier, "agreement", language, made_at=dossier.newest(dossier.of(SIGNED)), blocks=tuple(blocks))


def _terms(form: FormDefinition, context: FormContext) -> Iterator[Block]:
    """What every signer reads alike."""
    for section in form.sections:
        if section.fields or section.roles:
            continue
        yield Heading(level=2, text=context.say(section.title))
        if section.text:
            yield Paragraph(text=context.say(section.text))
        if section.points:
            yield Points(items=tuple(context.say(point) for point in section.points))


def _signatures(dossier: Dossier, signed: tuple[Answered, ...], language: Language) -> Iterator[Block]:
    for one in signed:
        context = dossier.context(language, one.submission.role)
        answers: dict[str, Answer] = one.submission.answers
        role = page_words(language).roles[one.submission.role]
        beside = _beside_signatures(one.form, context)
        others = {name: answer for name, answer in answers.items() if name not in beside}
        rows = [row for _, rows in said(one.form, context, others) for row in rows]
        for name, statement in _signed_fields(one.form, context):
            yield Signature(
                role=role,
                signed=True,
                name=str(answers.get(name) or one.name or ""),
                statement=statement,
                when=document_words(language).say("signed_on", moment=moment(dossier, one.submission.at, language)),
            )
        if rows:
            yield Heading(level=2, text=document_words(language).say("answers_of", role=role))
            yield Answers(rows=tuple(rows))


def _signed_fields(form: FormDefinition, context: FormContext) -> Iterator[tuple[str, str]]:
    for section in lay_out(form, context):
        for group in section.groups:
            for asked in group.fields:
                if isinstance(asked.field, SignatureField):
                    yield asked.name, context.say(asked.field.signed(context.signer_role))


def _beside_signatures(form: FormDefinition, context: FormContext) -> frozenset[str]:
    """The names of the signatures and of the boxes to tick above them: they are shown by the signature itself."""
    names: set[str] = set()
    for section in lay_out(form, context):
        for group in section.groups:
            if any(isinstance(asked.field, SignatureField) for asked in group.fields):
                names |= {asked.name for asked in group.fields if isinstance(asked.field, (SignatureField, AgreeField))}
    return frozenset(names)


def _missing(dossier: Dossier, language: Language) -> Iterator[Block]:
    words = document_words(language)
    for request in dossier.requests({RequestKind.AGREEMENT}):
        if request.state in {"open", "upcoming"}:
            yield Signature(
                role=page_words(language).roles[request.role], signed=False, statement=words.words["not_signed"]
            )
