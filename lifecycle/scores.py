"""What ratings add up to: a person's mean, and the gain in skill between two reviews of the same form.

Source: the Skill Gain Report of the Massachusetts Work-Based Learning Plan (skillslibrary.com/wbl): for each skill the
mean of the first review, of the second, the mean change and the number of plans that have both.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from lifecycle.forms import Answer
from schemas.base import Frozen
from schemas.form_fields import RatingField
from schemas.forms import FormDefinition, answer_name, skill_ids


class SkillChange(Frozen):
    """One skill rated twice; `change` is `after - before`, in levels of the scale."""

    skill_id: str
    before: int
    after: int

    @property
    def change(self) -> int:
        """Levels gained; negative if lost."""
        return self.after - self.before


class SkillGain(Frozen):
    """Two reviews of one placement, over the `n` skills rated in both. Means have two decimals, None when n is 0."""

    skills: tuple[SkillChange, ...]
    n: int
    mean_before: Decimal | None
    mean_after: Decimal | None
    mean_change: Decimal | None


class SkillRow(Frozen):
    """One skill over many placements: means of first and second review, mean change, number with both."""

    skill_id: str
    n: int
    mean_before: Decimal
    mean_after: Decimal
    mean_change: Decimal


def ratings(form: FormDefinition, answers: Mapping[str, Answer]) -> dict[str, int]:
    """The level given to each skill, in the form's order. Left out: not answered, not applicable, not on the scale.

    A rating outside a section of skills goes by its field's name.
    """
    found: dict[str, int] = {}
    for section in form.sections:
        for skill_id in skill_ids(section) or (None,):
            for field in section.fields:
                if not isinstance(field, RatingField):
                    continue
                answer = answers.get(answer_name(skill_id, field.name))
                if type(answer) is int and answer in form.scales[field.scale].values:
                    found[skill_id or field.name] = answer
    return found


def mean(levels: Mapping[str, int]) -> Decimal | None:
    """The mean level, rounded half up to two decimals; None when nothing was rated."""
    return _mean(list(levels.values()))


def skill_gain(baseline: Mapping[str, int], final: Mapping[str, int]) -> SkillGain:
    """The gain from one review to a later one, over the skills rated in both.

    The mean change is taken from the exact levels, then rounded; it can differ by 0.01 from the difference of the
    rounded means.
    """
    skills = tuple(
        SkillChange(skill_id=skill_id, before=before, after=final[skill_id])
        for skill_id, before in baseline.items()
        if skill_id in final
    )
    return SkillGain(
        skills=skills,
        n=len(skills),
        mean_before=_mean([one.before for one in skills]),
        mean_after=_mean([one.after for one in skills]),
        mean_change=_mean([one.change for one in skills]),
    )


def skill_gain_report(gains: Iterable[SkillGain]) -> tuple[SkillRow, ...]:
    """The Skill Gain Report over many placements: one row for each skill rated twice by anybody, in order met."""
    changes: dict[str, list[SkillChange]] = {}
    for gain in gains:
        for change in gain.skills:
            changes.setdefault(change.skill_id, []).append(change)
    return tuple(
        SkillRow(
            skill_id=skill_id,
            n=len(found),
            mean_before=_exact([one.before for one in found]),
            mean_after=_exact([one.after for one in found]),
            mean_change=_exact([one.change for one in found]),
        )
        for skill_id, found in changes.items()
    )


def _mean(levels: Sequence[int]) -> Decimal | None:
    return _exact(levels) if levels else None


def _exact(levels: Sequence[int]) -> Decimal:
    return (Decimal(sum(levels)) / len(levels)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
