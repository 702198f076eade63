"""What documents say alike: the facts on top, and answers in words."""

from collections.abc import Iterator, Mapping

from activities.answer_lines import answered
from activities.documents.paper import Facts
from catalog import page_dates
from catalog.page_words import page_words
from lifecycle.form_layout import FormContext
from lifecycle.forms import Answer
from schemas.forms import FormDefinition


def facts(context: FormContext) -> Facts:
    """Who, where and when, as far as it is known."""
    words = page_words(context.language).facts
    known = (
        (words["learner"], context.learner_name),
        (words["host"], context.host_name),
        (words["job_title"], context.job_title),
        (words["supervisor"], context.worksite_supervisor_name),
        (words["dates"], page_dates.days(context.start, context.end, context.language)),
        (words["program"], context.program_name),
        (words["tasks"], context.tasks),
    )
    return Facts(rows=tuple((label, value) for label, value in known if value))


def said(
    form: FormDefinition, context: FormContext, answers: Mapping[str, Answer]
) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """Each section's title with its questions and the answers given to them, in words."""
    for part in answered(form, context, answers):
        yield part.title, tuple((line.label, line.value) for line in part.lines)
