"""What a form file must fit besides itself: who may answer, both languages, and what the machinery reads."""

import re
from collections.abc import Iterator, Mapping
from typing import Self

from pydantic import model_validator

from schemas.checks import Finding, Place, refuse_if_any
from schemas.form_fields import FormField
from schemas.form_texts import texts_of
from schemas.forms import FormDefinition
from schemas.vocabulary import Role

READ_BY_THE_MACHINERY: Mapping[str, str] = {
    "valid_until": "date",
    "issued_on": "date",
    "again_on": "date",
    "ask_again_on": "date",
    "week_of": "date",
    "supervised": "choice",
}
"""Names of fields that something else reads, and the kind it counts on."""

_WORD = re.compile(r"[^\W\d_]{2,}")


class UsableForm(FormDefinition):
    """A form that somebody can answer, in either language, and whose answers are understood."""

    @model_validator(mode="after")
    def _works(self) -> Self:
        refuse_if_any((*_unanswerable(self), *_unseen(self), *_kinds(self), *_never_asked(self), *_untranslated(self)))
        return self


def _unanswerable(form: FormDefinition) -> Iterator[Finding]:
    if form.excluded_raters >= set(Role):
        yield Finding(("excluded_raters",), "every role is excluded, so nobody could answer; leave at least one out")


def _unseen(form: FormDefinition) -> Iterator[Finding]:
    """What is only for people who may not answer at all."""
    for at, section in enumerate(form.sections):
        yield from _only_for(form, section.roles, ("sections", at, "roles"))
        for place, field in enumerate(section.fields):
            here: Place = ("sections", at, "fields", place)
            yield from _only_for(form, field.roles, (*here, "roles"))
            if field.roles and section.roles and not field.roles & section.roles:
                yield Finding((*here, "roles"), f"nobody is asked; the section allowed: {_named(section.roles)}")
            for role in sorted(set(getattr(field, "by_role", ())) & form.excluded_raters):
                yield Finding(
                    (*here, "by_role", role), f"{role} is one of `excluded_raters`; leave it out here or there"
                )


def _only_for(form: FormDefinition, roles: frozenset[Role], place: Place) -> Iterator[Finding]:
    if roles and roles <= form.excluded_raters:
        message = f"only for {_named(roles)}, who may not answer (`excluded_raters`); leave it out here or there"
        yield Finding(place, message)


def _kinds(form: FormDefinition) -> Iterator[Finding]:
    for at, section in enumerate(form.sections):
        for place, field in enumerate(section.fields):
            kind = READ_BY_THE_MACHINERY.get(field.name)
            if kind is not None and not section.repeats and field.kind != kind:
                message = f"`{field.name}` is read by the machinery and must be a {kind} field, not {field.kind}"
                yield Finding(("sections", at, "fields", place, "kind"), message)


def _never_asked(form: FormDefinition) -> Iterator[Finding]:
    """A condition on a field that those who would be asked do not see."""
    shared: dict[str, frozenset[Role]] = {}
    for at, section in enumerate(form.sections):
        seen = dict(shared)
        for place, field in enumerate(section.fields):
            roles = _seeing(section.roles, field)
            for rule in ("when", "required_when"):
                condition = getattr(field, rule, None)
                if condition is not None and condition.field in seen and not roles <= seen[condition.field]:
                    others = _named(seen[condition.field])
                    message = f"`{condition.field}` is only asked of {others}; ask both of the same roles"
                    yield Finding(("sections", at, "fields", place, rule, "field"), message)
            seen[field.name] = roles
        if not section.repeats:
            shared = seen


def _seeing(around: frozenset[Role], field: FormField) -> frozenset[Role]:
    return (around or frozenset(Role)) & (field.roles or frozenset(Role))


def _untranslated(form: FormDefinition) -> Iterator[Finding]:
    for place, text in texts_of(form):
        if text.en == text.es and len(_WORD.findall(text.en)) > 1:
            yield Finding((*place, "es"), "is the English text once more; write it in Spanish")


def _named(roles: frozenset[Role]) -> str:
    return ", ".join(role for role in Role if role in roles)
