"""Evaluations of a learner: every rating with its label and what it looks like, and several side by side."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from activities.documents.paper import Answers, Block, Heading, Paper, Paragraph, Table
from activities.documents.telling import facts, said
from catalog import page_dates
from catalog.document_words import document_words
from catalog.page_words import page_words
from gateway.documents.dossier import Answered, Dossier
from gateway.documents.telling import by, paper
from lifecycle.form_layout import AskedSection, FormContext, lay_out
from lifecycle.forms import Answer
from lifecycle.scores import ratings, skill_gain
from schemas.form_fields import NOT_APPLICABLE, Language, RatingField
from schemas.forms import FormDefinition
from schemas.views import RequestView
from schemas.vocabulary import RequestKind, Role

EVALUATIONS = (
    RequestKind.BASELINE_EVALUATION,
    RequestKind.MIDPOINT_EVALUATION,
    RequestKind.FINAL_EVALUATION,
    RequestKind.PARTIAL_EVALUATION,
)


def evaluation(dossier: Dossier, language: Language) -> Paper | None:
    """Every evaluation that came back, and those that never will; None when there is neither."""
    reviews = dossier.of(EVALUATIONS)
    given_up = [one for one in dossier.requests(EVALUATIONS) if one.state == "not_provided"]
    if not reviews and not given_up:
        return None
    context = dossier.context(language, Role.COORDINATOR)
    blocks: list[Block] = [Heading(level=1, text=document_words(language).words["facts"]), facts(context)]
    blocks += _side_by_side(dossier, reviews, language)
    for one in reviews:
        blocks += _review(dossier, one, language)
    for request in given_up:
        blocks.append(Heading(level=1, text=page_words(language).occasions[request.kind]))
        blocks.append(Paragraph(text=document_words(language).words["not_provided"]))
    for form in _forms(reviews):
        blocks += _scales(form, context)
    return paper(dossier, "evaluation", language, made_at=_newest(dossier, reviews, given_up), blocks=tuple(blocks))


def skill_labels(dossier: Dossier, one: Answered, language: Language) -> dict[str, str]:
    """The name of each rated skill, by its id."""
    found: dict[str, str] = {}
    for section in lay_out(one.form, _context(dossier, one, language)):
        for group in section.groups:
            for asked in group.fields:
                if isinstance(asked.field, RatingField):
                    found[group.skill_id or asked.field.name] = group.label or asked.label
    return found


def level_label(form: FormDefinition, skill_id: str, value: int, context: FormContext) -> str:
    """How the form calls a level of the scale on which a skill was rated."""
    for section in form.sections:
        for field in section.fields:
            known = {skill.id for skill in section.skills} or {field.name}
            if isinstance(field, RatingField) and (skill_id in known or section.repeat):
                levels = {level.value: level for level in form.scales[field.scale].levels}
                if value in levels:
                    return context.say(levels[value].label)
    return str(value)


def _newest(dossier: Dossier, reviews: Sequence[Answered], given_up: Sequence[RequestView]) -> datetime:
    ends = [one.closes_at for one in given_up if one.closes_at is not None]
    return max([dossier.newest(reviews), *ends])


def _context(dossier: Dossier, one: Answered, language: Language) -> FormContext:
    return dossier.context(language, one.submission.role, one.request.kind)


def _forms(reviews: Sequence[Answered]) -> tuple[FormDefinition, ...]:
    return tuple({one.form.pin: one.form for one in reviews}.values())


def _side_by_side(dossier: Dossier, reviews: Sequence[Answered], language: Language) -> Iterator[Block]:
    """A table of every skill rated more than once, with the change from the first review to the last."""
    if len(reviews) < 2:
        return
    words, said = document_words(language), page_words(language)
    levels = [ratings(one.form, one.submission.answers) for one in reviews]
    labels: dict[str, str] = {}
    for one in reviews:
        labels |= skill_labels(dossier, one, language)
    gain = skill_gain(levels[0], levels[-1])
    if not gain.n:
        return
    changes = {one.skill_id: one.change for one in gain.skills}
    rows = [
        (
            label,
            *(str(level.get(skill, "–")) for level in levels),
            f"{changes[skill]:+d}" if skill in changes else "–",
        )
        for skill, label in labels.items()
        if any(skill in level for level in levels)
    ]
    between = [""] * (len(reviews) - 2)
    means = [
        page_dates.number(float(mean), language) for mean in (gain.mean_before, gain.mean_after) if mean is not None
    ]
    change = page_dates.number(float(gain.mean_change or 0), language)
    sign = "+" if gain.mean_change and gain.mean_change > 0 else ""
    rows.append((words.say("mean", n=gain.n), means[0], *between, means[1], f"{sign}{change}"))
    yield Heading(level=1, text=words.words["side_by_side"])
    yield Table(
        head=(
            words.words["skill"],
            *(said.occasions[one.request.kind] for one in reviews),
            words.words["change_in_levels"],
        ),
        rows=tuple(rows),
        widths=(3.2, *([1.1] * len(reviews)), 0.9),
        figures=tuple(range(1, len(reviews) + 2)),
    )


def _review(dossier: Dossier, one: Answered, language: Language) -> Iterator[Block]:
    """One review: its ratings with what they look like, then everything else that was said."""
    words = document_words(language)
    yield Heading(level=1, text=page_words(language).occasions[one.request.kind])
    yield Paragraph(text=by(dossier, one, "given_by", language))
    context = _context(dossier, one, language)
    answers: dict[str, Answer] = one.submission.answers
    for section in lay_out(one.form, context):
        rated = tuple(_rated(one.form, context, section, answers))
        others = {name: answers.get(name) for name in _unrated(section)}
        remarks = tuple(row for _, rows in said(one.form, context, others) for row in rows)
        if rated or remarks:
            yield Heading(level=2, text=section.title)
        if rated:
            yield Table(
                head=(words.words["skill"], words.words["rating"], words.words["means"]),
                rows=rated,
                widths=(1.5, 1.3, 2.4),
            )
        if remarks:
            yield Answers(rows=remarks)
    yield Paragraph(text=words.say("form_used", form=one.form.pin, source=one.form.source.citation), quiet=True)


def _rated(
    form: FormDefinition, context: FormContext, section: AskedSection, answers: Mapping[str, Answer]
) -> Iterator[tuple[str, str, str]]:
    words = document_words(context.language)
    for group in section.groups:
        for asked in group.fields:
            answer = answers.get(asked.name)
            if not isinstance(asked.field, RatingField) or answer is None:
                continue
            scale = form.scales[asked.field.scale]
            if answer == NOT_APPLICABLE and scale.not_applicable is not None:
                yield group.label or asked.label, context.say(scale.not_applicable), "–"
            for level in scale.levels:
                if level.value == answer:
                    label = words.say("rated_as", value=level.value, label=context.say(level.label))
                    means = asked.rubric.get(level.value) or (context.say(level.help) if level.help else "–")
                    yield group.label or asked.label, label, means


def _unrated(section: AskedSection) -> tuple[str, ...]:
    """The names of a section's controls that do not rate."""
    fields = (asked for group in section.groups for asked in group.fields)
    return tuple(asked.name for asked in fields if not isinstance(asked.field, RatingField))


def _scales(form: FormDefinition, context: FormContext) -> Iterator[Block]:
    words = document_words(context.language)
    for scale in form.scales.values():
        yield Heading(level=1, text=words.words["scale"])
        explained = any(level.help for level in scale.levels)
        yield Table(
            head=(words.words["level"], words.words["label"], *([words.words["means"]] if explained else [])),
            rows=tuple(
                (
                    str(level.value),
                    context.say(level.label),
                    *([context.say(level.help) if level.help else "–"] if explained else []),
                )
                for level in scale.levels
            ),
            widths=(0.6, 2.2, 3.4) if explained else (0.6, 5.6),
        )
