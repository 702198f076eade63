"""Who is asked for which form, and a context to lay it out in."""

from datetime import UTC, date, datetime
from typing import Any

from catalog.form_catalog import all_forms
from lifecycle.form_layout import FormContext
from schemas.forms import FormDefinition
from schemas.vocabulary import RequestKind, Role

FORMS = all_forms()

_ASKED: dict[str, tuple[Role, RequestKind]] = {
    "check-in": (Role.WORKSITE_SUPERVISOR, RequestKind.CHECK_IN),
    "first-day": (Role.WORKSITE_SUPERVISOR, RequestKind.FIRST_DAY),
    "host-confirmation": (Role.WORKSITE_SUPERVISOR, RequestKind.HOST_CONFIRMATION),
    "ma-wblp": (Role.WORKSITE_SUPERVISOR, RequestKind.BASELINE_EVALUATION),
    "no-show-follow-up": (Role.CAREER_SPECIALIST, RequestKind.NO_SHOW_FOLLOW_UP),
    "offer-acceptance": (Role.STUDENT, RequestKind.OFFER_ACCEPTANCE),
    "sign-off": (Role.TEACHER, RequestKind.SIGN_OFF),
    "student-self-assessment": (Role.STUDENT, RequestKind.SELF_ASSESSMENT),
    "training-agreement": (Role.GUARDIAN, RequestKind.AGREEMENT),
}


def context_for(form: FormDefinition, **changes: Any) -> FormContext:
    """The form as asked of the person who usually answers it, on a summer placement in Boston."""
    role, occasion = _ASKED[form.id]
    values: dict[str, Any] = {
        "signer_role": role,
        "occasion": occasion,
        "learner_name": "Ana Lucía Rivera",
        "host_name": "Harbor Dental <Group> & Sons",
        "program_name": "Boston Summer Internships",
        "worksite_supervisor_name": "Grace O’Malley",
        "job_title": "Dental office assistant",
        "tasks": "Greet patients\nPrepare rooms",
        "schedule": "Monday to Thursday, 9:00 AM to 2:00 PM",
        "wage": "$17.00 an hour",
        "job_skills": ("Patient service", "Infection control", "Digital records"),
        "start": date(2026, 7, 6),
        "end": date(2026, 8, 14),
        "today": date(2026, 7, 20),
        "due": datetime(2026, 7, 20, 21, tzinfo=UTC),
        "zone": "America/New_York",
    }
    return FormContext(**(values | changes))
