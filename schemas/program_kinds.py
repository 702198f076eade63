"""What the kinds of requests allow a program to ask: in which stage, how often, and because of what."""

from typing import Literal

from schemas.vocabulary import RequestKind as K
from schemas.vocabulary import Trigger

StageName = Literal[
    "matching",
    "preparation",
    "supervision",
    "assessment",
    "completion",
    "follow_up",
    "development",
    "outreach",
    "hosting",
    "response",
]
LifecycleKind = Literal["placement", "opportunity", "partnership", "incident"]
STAGE_KINDS: dict[str, frozenset[K]] = {
    "matching": frozenset(
        {K.APPLICATION_REVIEW, K.APPLICATION_DECISION, K.INTERVIEW, K.HOST_CONFIRMATION, K.OFFER_ACCEPTANCE}
    ),
    "preparation": frozenset(
        {
            K.AGREEMENT,
            K.GUARDIAN_CONSENT,
            K.WORK_PERMIT,
            K.CLEARANCE,
            K.SITE_VETTING,
            K.TRAINING_PLAN,
            K.ORIENTATION,
            K.EMERGENCY_CONTACT,
        }
    ),
    "supervision": frozenset(
        {
            K.FIRST_DAY,
            K.NO_SHOW_FOLLOW_UP,
            K.CHECK_IN,
            K.HOURS,
            K.HOURS_APPROVAL,
            K.HOURS_DISPUTE,
            K.SITE_VISIT,
            K.ABSENCE_FOLLOW_UP,
            K.AMENDMENT,
            K.RENEWAL,
            K.SUPERVISOR_CHECK,
            K.NEW_SUPERVISOR,
            K.SUSPENSION_REVIEW,
            K.SUCCESSION,
            K.SHIFT_CHANGE,
            K.VIOLATION_REVIEW,
        }
    ),
    "assessment": frozenset(
        {K.BASELINE_EVALUATION, K.MIDPOINT_EVALUATION, K.FINAL_EVALUATION, K.SELF_ASSESSMENT, K.DELIVERABLE}
    ),
    "completion": frozenset({K.SIGN_OFF}),
    "follow_up": frozenset(
        {K.PERMIT_RETURN, K.FINAL_HOURS, K.PARTIAL_EVALUATION, K.SUPPORT, K.EXIT_SURVEY, K.FOLLOW_UP}
    ),
    "development": frozenset({K.DESIGN, K.CURRICULUM_REVIEW, K.SAFETY_REVIEW, K.OPPORTUNITY_REVIEW}),
    "outreach": frozenset({K.OUTREACH, K.HOST_INTEREST}),
    "hosting": frozenset(
        {K.INSURANCE, K.SAFETY_CHECK, K.PARTNERSHIP_AGREEMENT, K.RENEWAL, K.PARTNERSHIP_RENEWAL, K.HOST_AGAIN}
    ),
    "response": frozenset({K.INCIDENT_ACKNOWLEDGEMENT, K.INCIDENT_REPORT, K.INCIDENT_REVIEW}),
}
"""What each stage may ask."""

STAGES: dict[str, tuple[str, ...]] = {
    "placement": ("matching", "preparation", "supervision", "assessment", "completion", "follow_up"),
    "opportunity": ("development",),
    "partnership": ("outreach", "hosting"),
    "incident": ("response",),
}
"""The stages a program of each lifecycle may have."""

GATES = STAGE_KINDS["preparation"]
"""What must be answered, waived or not asked before a placement is ready, as far as the program says `blocks`."""

NEEDED_BY: dict[str, frozenset[K]] = {
    "placement": frozenset(
        {
            K.HOST_CONFIRMATION,
            K.OFFER_ACCEPTANCE,
            K.AGREEMENT,
            K.FIRST_DAY,
            K.NO_SHOW_FOLLOW_UP,
            K.FINAL_EVALUATION,
            K.SIGN_OFF,
        }
    ),
    "opportunity": frozenset({K.DESIGN, K.OPPORTUNITY_REVIEW}),
    "partnership": frozenset({K.HOST_INTEREST, K.PARTNERSHIP_AGREEMENT}),
    "incident": frozenset({K.INCIDENT_ACKNOWLEDGEMENT, K.INCIDENT_REPORT, K.INCIDENT_REVIEW}),
}
"""The kinds without which a lifecycle could not get from one state to the next."""

NEEDED = frozenset[K]().union(*NEEDED_BY.values())
INSTEAD: dict[K, frozenset[K]] = {
    K.HOST_CONFIRMATION: frozenset({K.APPLICATION_REVIEW}),
    K.FINAL_EVALUATION: frozenset({K.DELIVERABLE, K.SELF_ASSESSMENT}),
}
"""What may take a needed kind's place: learners apply themselves; an externship ends with a curriculum unit."""

STEPS = NEEDED | {K.APPLICATION_REVIEW, K.APPLICATION_DECISION, K.INTERVIEW}
"""The kinds whose answer brings a lifecycle to its next state: never asked, it would stand still."""

NEVER_BLOCKS = frozenset(
    {
        K.CHECK_IN,
        K.HOURS,
        K.HOURS_APPROVAL,
        K.HOURS_DISPUTE,
        K.SITE_VISIT,
        K.ABSENCE_FOLLOW_UP,
        K.AMENDMENT,
        K.SUPERVISOR_CHECK,
        K.SHIFT_CHANGE,
        K.VIOLATION_REVIEW,
        *STAGE_KINDS["follow_up"],
        K.HOST_AGAIN,
    }
)
"""What no lifecycle ever waits for."""

NEED_NOT_BLOCK = (
    NEVER_BLOCKS
    | GATES
    | {K.BASELINE_EVALUATION, K.MIDPOINT_EVALUATION, K.SELF_ASSESSMENT, K.DELIVERABLE, K.CURRICULUM_REVIEW, K.OUTREACH}
)
ONCE = frozenset({K.HOST_CONFIRMATION, K.OFFER_ACCEPTANCE, K.FIRST_DAY, K.NO_SHOW_FOLLOW_UP, K.SIGN_OFF}) | {
    K.APPLICATION_REVIEW,
    K.APPLICATION_DECISION,
    K.INTERVIEW,
    K.BASELINE_EVALUATION,
    K.FINAL_EVALUATION,
    K.SELF_ASSESSMENT,
    K.SUSPENSION_REVIEW,
    K.SUCCESSION,
    K.DESIGN,
    K.OPPORTUNITY_REVIEW,
    K.HOST_INTEREST,
    K.PARTNERSHIP_AGREEMENT,
    K.INCIDENT_ACKNOWLEDGEMENT,
    K.INCIDENT_REPORT,
    K.INCIDENT_REVIEW,
}
SEVERAL = frozenset(K) - ONCE
"""The kinds of which a program may have more than one ask."""

REPEATS = frozenset({K.CHECK_IN, K.HOURS, K.SITE_VISIT, K.OUTREACH, K.HOST_AGAIN})
"""The kinds that may be asked again and again."""

EXPIRING = frozenset({K.WORK_PERMIT, K.CLEARANCE, K.SITE_VETTING, K.INSURANCE, K.SAFETY_CHECK, K.PARTNERSHIP_AGREEMENT})
"""The kinds whose answer has a last day, after which it must be renewed."""

EXPIRES_FOR: dict[K, frozenset[K]] = {
    K.RENEWAL: EXPIRING,
    K.PARTNERSHIP_RENEWAL: frozenset({K.PARTNERSHIP_AGREEMENT}),
}
"""The kinds that ask for a new document, or a longer agreement, before the old one has expired; and what expires."""

RENEWS = frozenset(EXPIRES_FOR)

ON: dict[K, frozenset[Trigger]] = {
    K.AMENDMENT: frozenset({Trigger.EXTENDED, Trigger.SHORTENED, Trigger.SUPERVISOR_REPLACED}),
    K.HOURS_APPROVAL: frozenset({Trigger.HOURS_SUBMITTED}),
    K.HOURS_DISPUTE: frozenset({Trigger.HOURS_DISPUTED}),
    K.ABSENCE_FOLLOW_UP: frozenset({Trigger.ABSENT}),
    K.SUPERVISOR_CHECK: frozenset({Trigger.SUPERVISOR_SILENT}),
    K.NEW_SUPERVISOR: frozenset({Trigger.SUPERVISOR_LEFT}),
    K.SUSPENSION_REVIEW: frozenset({Trigger.SUSPENDED}),
    K.SUCCESSION: frozenset({Trigger.EMPLOYER_CANCELLED}),
    K.SHIFT_CHANGE: frozenset({Trigger.VIOLATION_PREDICTED}),
    K.VIOLATION_REVIEW: frozenset({Trigger.VIOLATION_DETECTED}),
    K.SAFETY_REVIEW: frozenset({Trigger.HAZARD_FOUND}),
    K.PERMIT_RETURN: frozenset({Trigger.ENDED}),
    K.FINAL_HOURS: frozenset({Trigger.LEFT_EARLY}),
    K.PARTIAL_EVALUATION: frozenset({Trigger.LEFT_EARLY}),
    K.SUPPORT: frozenset({Trigger.LEFT_EARLY}),
    K.HOST_AGAIN: frozenset({Trigger.COMPLETED, Trigger.ENDED}),
}
"""The kinds that are asked because something happened, and what that may be."""

MAY_ON: dict[K, frozenset[Trigger]] = {
    **ON,
    K.SUPPORT: frozenset({Trigger.LEFT_EARLY, Trigger.ENDED}),
    K.EXIT_SURVEY: frozenset({Trigger.COMPLETED, Trigger.ENDED, Trigger.LEFT_EARLY}),
    K.CHECK_IN: frozenset({Trigger.SUPERVISOR_REPLACED}),
    K.ORIENTATION: frozenset({Trigger.SUPERVISOR_REPLACED}),
    K.OUTREACH: frozenset({Trigger.HOST_SILENT}),
}
"""What else may be asked because something happened; without `on` it is asked by the calendar."""
