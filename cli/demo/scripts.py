"""The stories the demo plays: who answers what, what happens on which day, and how each of the twelve must end."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from schemas.vocabulary import PlacementState as S
from schemas.vocabulary import RequestKind as K
from schemas.vocabulary import Role

Answer = Literal["at_once", "never", "after_alternate", "after_move"]
"""When a person answers: on the first mail, not at all, once somebody else was asked too, once the dates moved."""


@dataclass(frozen=True)
class Turn:
    """Something the intermediary sends as an event: on a day of the program, once a certain request is open."""

    on: date
    type: str
    data: dict[str, str]
    once: str | None = None


@dataclass(frozen=True)
class Script:
    """One placement's story. `answers` (by kind and person or role) and `decisions` name the exceptions."""

    name: str
    tells: str
    learner: str
    opportunity: str
    outcome: S = S.COMPLETED
    proposed_on: date | None = None
    proposed_after: str | None = None
    answers: dict[tuple[K, str], Answer] = field(default_factory=dict[tuple[K, str], Answer])
    decisions: dict[K, str] = field(default_factory=dict[K, str])
    turns: tuple[Turn, ...] = ()


SUPERVISOR, ALTERNATE = Role.WORKSITE_SUPERVISOR, Role.ALTERNATE_SUPERVISOR
FINAL = K.FINAL_EVALUATION

SCRIPTS: tuple[Script, ...] = (
    Script("as_planned", "an adult student, everybody answers", "lrn-1043", "opp-6001"),
    Script("guardian_signs", "a minor, so the guardian signs the agreement too", "lrn-1042", "opp-6001"),
    Script(
        "after_the_alternate",
        "the supervisor answers the final evaluation only after the alternate was asked",
        "lrn-1044",
        "opp-6003",
        answers={(FINAL, SUPERVISOR): "after_alternate", (FINAL, ALTERNATE): "never"},
    ),
    Script(
        "never_returned",
        "nobody ever returns the final evaluation",
        "lrn-1045",
        "opp-6003",
        S.COMPLETED_EVALUATION_NOT_PROVIDED,
        answers={(FINAL, SUPERVISOR): "never", (FINAL, ALTERNATE): "never"},
    ),
    Script(
        "supervisor_replaced",
        "the supervisor leaves; the new one gets what was open",
        "lrn-1046",
        "opp-6004",
        turns=(Turn(date(2027, 7, 20), "supervisor.replaced", {"supervisor_id": "sup-2008"}, "baseline_evaluation"),),
        answers={(K.BASELINE_EVALUATION, "sup-2007"): "never"},
    ),
    Script(
        "withdraws",
        "the student withdraws before the start and the seat is given back",
        "lrn-1047",
        "opp-6002",
        S.WITHDRAWN_BY_STUDENT,
        turns=(Turn(date(2027, 6, 25), "placement.withdrawn", {"reason": "summer_school"}, "agreement.coordinator"),),
        answers={(K.AGREEMENT, Role.COORDINATOR): "never"},
    ),
    Script("takes_the_seat", "another student gets the seat", "lrn-1048", "opp-6002", proposed_after="withdraws"),
    Script(
        "extended",
        "two more weeks; every open deadline moves",
        "lrn-1049",
        "opp-6005",
        turns=(Turn(date(2027, 8, 10), "placement.extended", {"end": "2027-08-27"}, "final_evaluation"),),
        answers={(FINAL, SUPERVISOR): "after_move", (K.SELF_ASSESSMENT, Role.STUDENT): "after_move"},
    ),
    Script(
        "no_show",
        "the student never comes; the Career Specialist confirms it",
        "lrn-1050",
        "opp-6006",
        S.NO_SHOW,
        decisions={K.FIRST_DAY: "not_come", K.NO_SHOW_FOLLOW_UP: "no_show"},
    ),
    Script("in_spanish", "student and supervisor read Spanish", "lrn-1052", "opp-6003"),
    Script("youngest", "a student of sixteen", "lrn-1054", "opp-6005"),
    Script("late_bird", "proposed a week after the others", "lrn-1051", "opp-6007", proposed_on=date(2027, 6, 21)),
)

LEFT_TO_THE_VISITOR = Script(
    "yours",
    "entered on her last day; the supervisor's final evaluation is left to you",
    "lrn-1041",
    "opp-6001",
    answers={(FINAL, SUPERVISOR): "never"},
)
"""Beside the twelve and on a clock that does not run fast: its evaluation stays open for as long as the stack is up."""
