"""One sample letter for every message, so that all of them can be looked at without anybody being written to.

The people are made up. Each message goes to the reader it is mostly written to.
"""

from datetime import UTC, date, datetime

from catalog.form_catalog import latest
from catalog.message_catalog import WITHOUT_LINK, Answered, Letter, Someone, occasion_words, role_words
from schemas.directory import Language
from schemas.effects import Message
from schemas.forms import FormDefinition
from schemas.vocabulary import AT_THE_WORKSITE, DisclaimReason, RequestKind, Role

LINK = "https://placements.example.org/f/Zk3vQ8sample0nly0nobody0answers0here0x7TqLmW2c"
DUE, CLOSES = datetime(2027, 8, 13, 21, tzinfo=UTC), datetime(2027, 9, 13, 21, tzinfo=UTC)
JORDAN, MAYA, ROSA = "Jordan Lee", "Maya Rivera", "Rosa Rivera"
ANA = Someone(name="Ana Diaz", role=Role.CAREER_SPECIALIST, email="ana.diaz@example.org")
SILENT = Someone(name=JORDAN, role=Role.WORKSITE_SUPERVISOR, email="jordan@harborbikes.example")
NAMES: dict[Role, str] = {
    Role.STUDENT: MAYA,
    Role.GUARDIAN: ROSA,
    Role.WORKSITE_SUPERVISOR: JORDAN,
    Role.ALTERNATE_SUPERVISOR: "Sam Poe",
    Role.SITE_CONTACT: "Lin Wu",
    Role.CAREER_SPECIALIST: "Ana Diaz",
    Role.ENGAGEMENT_MANAGER: "Tom Reed",
}
READERS: dict[Message, Role] = {
    "request_escalated_ask": Role.ALTERNATE_SUPERVISOR,
    "request_disclaimed_warning": Role.CAREER_SPECIALIST,
    "request_unanswered_warning": Role.CAREER_SPECIALIST,
    "seat_awaited_notification": Role.STUDENT,
    "preparation_missing_reminder": Role.GUARDIAN,
    "placement_blocked_warning": Role.CAREER_SPECIALIST,
    "placement_starts_reminder": Role.STUDENT,
    "placement_moved_notification": Role.GUARDIAN,
    "placement_ready_notification": Role.STUDENT,
    "placement_resumed_notification": Role.STUDENT,
    "placement_terminated_notification": Role.STUDENT,
    "placement_transferred_notification": Role.GUARDIAN,
    "incident_reported_warning": Role.GUARDIAN,
    "incident_closed_notification": Role.GUARDIAN,
    "opportunity_open_notification": Role.SITE_CONTACT,
    "opportunity_declined_notification": Role.SITE_CONTACT,
    "partnership_active_notification": Role.SITE_CONTACT,
    "partnership_thanks_notification": Role.SITE_CONTACT,
    "partnership_blocked_warning": Role.SITE_CONTACT,
    "partnership_dormant_warning": Role.ENGAGEMENT_MANAGER,
    "partnership_declined_notification": Role.ENGAGEMENT_MANAGER,
    "partnership_ended_notification": Role.SITE_CONTACT,
}
"""Who reads a message that is not mostly the worksite supervisor's."""

OF_SOMEBODY: frozenset[Message] = frozenset(
    {"request_escalated_ask", "request_unanswered_warning", "request_disclaimed_warning"}
)
"""Messages that speak of somebody who was asked before."""

OVERDUE: frozenset[Message] = frozenset({"request_unanswered_warning"})


def sample_letter(message: Message, language: Language) -> Letter:
    """A whole letter for a message, as its template needs it."""
    role = READERS.get(message, Role.WORKSITE_SUPERVISOR)
    of_host = message.startswith(("opportunity_", "partnership_"))
    letter = Letter(
        message=message,
        language=language,
        role=role,
        name=NAMES[role],
        learner=None if of_host else "Maya R." if role in AT_THE_WORKSITE else MAYA,
        host="Harbor Bikes",
        job="Bicycle mechanic" if message.startswith("opportunity_") else None,
        program="Boston Summer Internship",
        reference="par-harbor-bikes" if of_host else "pl-1042",
        zone="America/New_York",
        start=None if message.startswith("partnership_") else date(2027, 7, 6),
        end=None if message.startswith("partnership_") else date(2027, 8, 13),
        contact=None if role is Role.CAREER_SPECIALIST else ANA,
        supervisor=JORDAN,
        day=date(2027, 7, 20) if message.startswith(("visit_", "placement_suspended")) else None,
        missing=_missing(language),
        silent=SILENT if message in OF_SOMEBODY else None,
    )
    return _asking(letter) if message.startswith("request_") else letter


def _asking(letter: Letter) -> Letter:
    """The letter with the request it is about, and a link where its reader is asked to answer."""
    form = latest("ma-wblp")
    names = {"{learner}": letter.learner or "", "{host}": letter.host or "", "{program}": letter.program}
    why = form.why.said(letter.language)
    for name, value in names.items():
        why = why.replace(name, value)
    link = letter.message not in WITHOUT_LINK
    if letter.message == "request_submitted_confirmation":
        letter = _answered(letter, form)
    if letter.message == "request_disclaimed_warning":
        said = {"disclaimed": DisclaimReason.NO_LONGER_SUPERVISOR, "named": "Sam Poe, sam.poe@harborbikes.example"}
        letter = letter.model_copy(update={**said, "note": "Sam has looked after the interns since July."})
    return letter.model_copy(
        update={
            "kind": RequestKind.FINAL_EVALUATION,
            "reference": f"{letter.reference}/final_evaluation",
            "form": form.title.said(letter.language),
            "why": why,
            "minutes": form.minutes,
            "due_at": DUE,
            "closes_at": CLOSES,
            "overdue": letter.message in OVERDUE,
            "link": LINK if link else None,
            "later": f"{LINK}/later" if letter.message == "request_due_reminder" else None,
            "link_until": date(2027, 9, 12) if link else None,
        }
    )


def _answered(letter: Letter, form: FormDefinition) -> Letter:
    """What was answered, as far as a sample needs it."""
    section = next(one for one in form.sections if one.skills)
    scale = next(iter(form.scales.values()))
    lines = tuple(
        (skill.label.said(letter.language), f"{level.value}: {level.label.said(letter.language)}")
        for skill, level in zip(section.skills, reversed(scale.levels), strict=False)
    )
    return letter.model_copy(
        update={
            "answers": (Answered(title=section.title.said(letter.language), lines=lines),),
            "sent_at": DUE,
            "next_step": form.after.said(letter.language).replace("{learner}", letter.learner or ""),
        }
    )


def _missing(language: Language) -> tuple[str, ...]:
    asked = ((RequestKind.WORK_PERMIT, Role.STUDENT), (RequestKind.AGREEMENT, Role.GUARDIAN))
    return tuple(f"{occasion_words(kind, language)} ({role_words(role, language)})" for kind, role in asked)


def sample_digest(language: Language) -> list[Letter]:
    """The letters of a supervisor whose three interns are all to be reviewed: they come as one mail."""
    letter = sample_letter("request_opened_ask", language)
    others = (("Leo T.", "pl-1043", "request_opened_ask"), ("Ines K.", "pl-1044", "request_due_reminder"))
    return [
        letter,
        *(
            letter.model_copy(
                update={
                    "learner": learner,
                    "reference": f"{id_}/final_evaluation",
                    "message": message,
                    "link": f"{LINK}{id_}",
                }
            )
            for learner, id_, message in others
        ),
    ]
