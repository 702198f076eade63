"""How people behave in a rehearsal: who answers at once, late, wrongly or never, and what they decide.

Every draw hangs on the seed and on what it is about, not on the order in which things happen: the same seed gives the
same people with the same habits, however fast the machine is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from schemas.form_fields import ChoiceField
from schemas.forms import FormDefinition
from schemas.vocabulary import RequestKind as K

LATE, WRONG, OTHERWISE = 0.2, 0.12, 0.05
"""Shares of answers that come days late, that the form first gives back, and that decide otherwise than usual."""

AT_ONCE, DAYS_LATE = (0.5, 30.0), (1.0, 9.0)
"""Hours after the mail, and days."""

OFTEN: dict[K, float] = {
    K.HOST_CONFIRMATION: 0.08,
    K.APPLICATION_REVIEW: 0.5,
    K.INTERVIEW: 0.15,
    K.FIRST_DAY: 0.08,
    K.HOURS_APPROVAL: 0.08,
    K.SUCCESSION: 0.5,
    K.SUSPENSION_REVIEW: 0.25,
    K.NO_SHOW_FOLLOW_UP: 0.6,
    K.FOLLOW_UP: 0.5,
    K.EXIT_SURVEY: 0.4,
}
"""The kinds that are decided otherwise more often."""


@dataclass(frozen=True)
class Reaction:
    """What somebody does about one request: nothing, or an answer some time after the mail, first a wrong one."""

    never: bool
    after: timedelta
    wrong: bool


class Temper:
    """Everybody's habits in one rehearsal. `silent`: the share of requests that whoever is asked never answers."""

    def __init__(self, seed: int, silent: float) -> None:
        self._seed, self._silent = seed, silent

    def chance(self, *about: object) -> Random:
        """Dice for one matter."""
        return Random("/".join(map(str, (self._seed, *about))))  # noqa: S311 - as the module says

    def reaction(self, person_id: str, *request: object) -> Reaction:
        """What this person does about a request; some are silent more often than others."""
        silent = min(1.0, self._silent * self.chance("habit", person_id).uniform(0, 2))
        dice = self.chance("reaction", person_id, *request)
        never = dice.random() < silent
        late = dice.random() < LATE
        after = timedelta(days=dice.uniform(*DAYS_LATE)) if late else timedelta(hours=dice.uniform(*AT_ONCE))
        return Reaction(never, after, wrong=dice.random() < WRONG)

    def decision(self, form: FormDefinition, kind: K, *request: object) -> str | None:
        """The code decided upon: a form's first is the usual one."""
        codes = _codes(form)
        if len(codes) < 2:
            return codes[0] if codes else None
        dice = self.chance("decision", *request)
        return dice.choice(codes[1:]) if dice.random() < OFTEN.get(kind, OTHERWISE) else codes[0]


def _codes(form: FormDefinition) -> Sequence[str]:
    return next((one.codes for one in form.fields if isinstance(one, ChoiceField) and one.name == form.decision), ())
