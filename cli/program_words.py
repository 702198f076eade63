"""A program's parts in plain words: roles, asks, moments, occasions, and what silence means."""

from collections.abc import Iterable

from catalog.page_words import page_words
from schemas.asks import Ask, Signer
from schemas.offsets import Anchor, Moment
from schemas.program_kinds import RENEWS
from schemas.programs import Program
from schemas.vocabulary import RequestKind as K
from schemas.vocabulary import Role, Trigger

WORDS = page_words("en")
PROPER = frozenset({Role.CAREER_SPECIALIST, Role.ENGAGEMENT_MANAGER})
UNITS = {
    "d": ("day", "days"),
    "bd": ("business day", "business days"),
    "w": ("week", "weeks"),
    "h": ("hour", "hours"),
}
ANCHORS = {
    Anchor.START: "the first day",
    Anchor.MIDDLE: "the day half-way",
    Anchor.END: "the last day",
    Anchor.EXIT: "the outcome",
    Anchor.EXPIRES: "the document's last day",
    Anchor.OPENED: "it was asked",
    Anchor.DUE: "the due day",
}
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth"}

COMES_TO: dict[K, str] = {
    K.APPLICATION_REVIEW: "as soon as the learner has applied",
    K.APPLICATION_DECISION: "when the host takes more time for the application",
    K.INTERVIEW: "when the host wants to meet the learner",
    K.HOST_CONFIRMATION: "as soon as the learner is proposed",
    K.OFFER_ACCEPTANCE: "as soon as the host has said yes and a seat is held",
    K.NO_SHOW_FOLLOW_UP: "when the learner did not come on the first day",
    K.SIGN_OFF: "as soon as the last assessment is there, or given up",
    K.DESIGN: "as soon as the opportunity is proposed",
    K.CURRICULUM_REVIEW: "as soon as the work is described",
    K.OPPORTUNITY_REVIEW: "as soon as every review is there",
    K.HOST_INTEREST: "as soon as the host is contacted",
    K.INSURANCE: "as soon as the host is interested",
    K.SAFETY_CHECK: "as soon as the host is interested",
    K.PARTNERSHIP_AGREEMENT: "as soon as insurance and safety check are there",
    K.INCIDENT_ACKNOWLEDGEMENT: "as soon as the incident is reported",
    K.INCIDENT_REPORT: "as soon as somebody has acknowledged it",
    K.INCIDENT_REVIEW: "as soon as the report is there",
}
"""When a kind without `opens` and `on` is asked; the gates are asked as soon as the offer is accepted."""

FOR_LONGER = ", or suspended for longer"

HAPPENS: dict[Trigger, str] = {
    Trigger.EXTENDED: "when the last day moves later",
    Trigger.SHORTENED: "when the last day moves earlier",
    Trigger.SUPERVISOR_REPLACED: "when another person becomes the supervisor",
    Trigger.SUPERVISOR_LEFT: "when the supervisor has left and nobody is named yet",
    Trigger.SUPERVISOR_SILENT: "when the supervisor leaves requests unanswered",
    Trigger.SUSPENDED: f"when the work is suspended{FOR_LONGER}",
    Trigger.EMPLOYER_CANCELLED: "when the host cancels",
    Trigger.ABSENT: "when the learner misses a working day",
    Trigger.HOURS_SUBMITTED: "each time the hours of a week are handed in",
    Trigger.HOURS_DISPUTED: "when the supervisor does not agree with the hours",
    Trigger.VIOLATION_PREDICTED: "when a planned shift would break the law",
    Trigger.VIOLATION_DETECTED: "when hours that were worked broke the law",
    Trigger.HAZARD_FOUND: "when the law restricts a task in the description",
    Trigger.LEFT_EARLY: "when the work ends before its last day",
    Trigger.COMPLETED: "when the placement is signed off",
    Trigger.ENDED: "when the work is over",
    Trigger.HOST_SILENT: "when the host has not been heard from for a while",
}
"""When an ask with `on` is asked."""

AT_A_HOST: dict[Trigger, str] = {Trigger.COMPLETED: "when a placement there is signed off"}
"""The same in a partnership, where that is another."""

CALLED: dict[K, str] = {K.INCIDENT_ACKNOWLEDGEMENT: "Acknowledgement"}
"""What a kind is called on a program's page, where the word of the mail says too little."""

SILENCE: dict[K, str] = {
    K.APPLICATION_REVIEW: "The application expires: the host did not answer.",
    K.APPLICATION_DECISION: "The application expires: the host did not decide.",
    K.INTERVIEW: "The application expires: nobody said how the interview went.",
    K.HOST_CONFIRMATION: "The placement expires: the host did not answer. The learner is free for another.",
    K.OFFER_ACCEPTANCE: "The offer lapses; the seat is free for the next learner.",
    K.AGREEMENT: "The placement is cancelled by the program: the agreement was not signed.",
    K.GUARDIAN_CONSENT: "The placement is cancelled by the program: the guardian never consented.",
    K.WORK_PERMIT: "The placement is cancelled by the program: there is no work permit.",
    K.CLEARANCE: "The placement is cancelled by the program: there is no clearance.",
    K.SITE_VETTING: "The placement is cancelled by the program: nobody vouched for the worksite.",
    K.TRAINING_PLAN: "The placement is cancelled by the program: there is no training plan.",
    K.ORIENTATION: "The placement is cancelled by the program: nobody was shown how to work safely.",
    K.EMERGENCY_CONTACT: "The placement is cancelled by the program: nobody knows whom to call.",
    K.FIRST_DAY: "The learner is taken to have started; the record says that nobody confirmed it.",
    K.NO_SHOW_FOLLOW_UP: "The placement ends as a no-show; the seat is free for another learner.",
    K.HOURS_APPROVAL: "The hours stay unconfirmed. Silence never confirms them.",
    K.NEW_SUPERVISOR: "The work is suspended: nobody supervises.",
    K.RENEWAL: "The work stands still once the document has expired; in the end the placement is partially completed.",
    K.SUSPENSION_REVIEW: "The placement ends as partially completed; if the work had not begun, as cancelled by the "
    "program.",
    K.SUCCESSION: "The placement ends as cancelled by the employer.",
    K.FINAL_EVALUATION: "The sign-off is asked without it, and the placement ends as completed, evaluation not "
    "provided.",
    K.DELIVERABLE: "It is given up, and the sign-off is asked without it.",
    K.SELF_ASSESSMENT: "It is given up, and the sign-off is asked without it.",
    K.SIGN_OFF: "The placement ends as partially completed: nobody signed it off.",
    K.DESIGN: "The opportunity is declined: the work was never described.",
    K.CURRICULUM_REVIEW: "The opportunity is declined: no teacher has looked at it.",
    K.SAFETY_REVIEW: "The opportunity is declined: nobody has looked at the hazard.",
    K.OPPORTUNITY_REVIEW: "The opportunity is declined: nobody has decided.",
    K.HOST_INTEREST: "The partnership is dormant: the host never answered.",
    K.INSURANCE: "The partnership is dormant: there is no insurance.",
    K.SAFETY_CHECK: "The partnership is dormant: there is no safety check.",
    K.PARTNERSHIP_AGREEMENT: "The partnership is dormant: the agreement was not signed.",
    K.INCIDENT_ACKNOWLEDGEMENT: "The report is asked all the same; the record says that nobody acknowledged it.",
    K.INCIDENT_REPORT: "The review is asked all the same; the record says that nobody wrote a report.",
    K.INCIDENT_REVIEW: "It is asked again. An incident never closes by silence.",
}
"""What it means that nobody ever answers a kind that is waited for."""

NOT_WAITED = "Nothing waits for it."
RENEWED_LATER = (
    "Learners cannot start there once the old document has expired, and in the end the partnership is dormant."
)


def role(one: Role) -> str:
    """A role within a sentence: the worksite supervisor, the Career Specialist."""
    word = WORDS.roles[one]
    return word if one in PROPER else word[0].lower() + word[1:]


def listed(parts: Iterable[str], last: str = "and") -> str:
    """Parts as a sentence has them: a, b and c."""
    *first, end = (*parts,) or ("",)
    return f"{', '.join(first)} {last} {end}" if first else end


def title(program: Program, ask: Ask) -> str:
    """What an ask is called: a renewal by what it renews; one of several of its kind has its own name added."""
    word = CALLED.get(ask.kind, WORDS.occasions[ask.kind])
    if ask.kind is K.RENEWAL and ask.given is not None:
        renewed = WORDS.occasions[program.by_id[ask.given].kind]
        return f"{word} ({renewed[0].lower()}{renewed[1:]})"
    return f"{word} ({spelled(ask.id)})" if len(program.of_kind(ask.kind)) > 1 else word


def spelled(code: str) -> str:
    """A code as words."""
    return code.replace("_", " ").replace("-", " ")


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else many}"


def moment(at: Moment, *, by_the_clock: bool = False) -> str:
    """A moment as people say it: 5 business days before the last day; `by_the_clock` of an ask counted in hours."""
    anchor = "it was due" if by_the_clock and at.anchor is Anchor.DUE else ANCHORS[at.anchor]
    if by_the_clock and at.distance == 0:
        return "when it is due" if at.anchor is Anchor.DUE else "at once"
    if at.unit == "q":
        number = ORDINALS.get(at.distance, f"{at.distance}th")
        return f"on the first day of the {number} calendar quarter after {anchor}"
    if at.distance == 0:
        return "at once" if at.anchor is Anchor.OPENED else f"on {anchor}"
    side = "before" if at.distance < 0 else "after"
    return f"{counted(abs(at.distance), *UNITS[at.unit])} {side} {anchor}"


def silence(program: Program, ask: Ask) -> str:
    """What follows when nobody ever answers an ask."""
    if ask.kind in RENEWS and program.lifecycle == "partnership":
        return RENEWED_LATER
    if ask.kind is K.FINAL_EVALUATION and program.late_days:
        late = f" One that comes within {counted(program.late_days, 'day', 'days')} reopens the record."
        return SILENCE[ask.kind] + late
    matters = ask.blocks or ask.kind is K.HOURS_APPROVAL
    return SILENCE.get(ask.kind, NOT_WAITED) if matters else NOT_WAITED


def waits_for(ask: Ask) -> bool:
    """Whether a lifecycle does not go on without an answer, or its end."""
    return ask.blocks and ask.kind in SILENCE and ask.kind not in RENEWS


def asked_when(program: Program, ask: Ask) -> str:
    """When an ask is asked, as the end of a sentence."""
    parts = [_opens(program, ask)]
    if ask.repeat is not None:
        often = "every week" if ask.repeat.weeks == 1 else f"every {ask.repeat.weeks} weeks"
        day = f" on {ask.repeat.weekday.capitalize()}s" if ask.repeat.weekday else ""
        parts[0] = f"{often}{day}, from {_from(ask.opens)} on"
        parts.append(f"{ask.repeat.times} times at most" if ask.repeat.times < 52 else "up to the last day")
    if ask.given is not None and ask.kind not in RENEWS:
        parts.append(f"if this was answered: {title(program, program.by_id[ask.given])}")
    if ask.min_weeks is not None:
        parts.append(f"only in placements of at least {ask.min_weeks} weeks")
    return ", ".join(parts)


def _opens(program: Program, ask: Ask) -> str:
    if ask.on is not None:
        there = AT_A_HOST if program.lifecycle == "partnership" else {}
        return there.get(ask.on, HAPPENS[ask.on])
    if ask.opens is not None:
        return moment(ask.opens)
    return COMES_TO.get(ask.kind, "as soon as the offer is accepted")


def _from(at: Moment | None) -> str:
    return moment(at).removeprefix("on ") if at is not None else "then"


def whom(ask: Ask) -> str:
    """Who is asked, as the end of a sentence."""
    return listed([_asked(one) for one in ask.of])


def _asked(signer: Signer) -> str:
    if signer.when == "always":
        return role(signer.role)
    return (
        f"{role(signer.role)} under 18" if signer.role is Role.STUDENT else f"{role(signer.role)} of a learner under 18"
    )
