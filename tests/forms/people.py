"""Who is asked for which form, and a context to lay it out in."""

from datetime import UTC, date, datetime
from typing import Any

from catalog.form_catalog import all_forms
from lifecycle.form_layout import FormContext
from schemas.forms import FormDefinition
from schemas.vocabulary import RequestKind, Role

FORMS = all_forms()

ASKED: dict[str, tuple[Role, RequestKind]] = {
    "absence-follow-up": (Role.CAREER_SPECIALIST, RequestKind.ABSENCE_FOLLOW_UP),
    "amendment": (Role.GUARDIAN, RequestKind.AMENDMENT),
    "application-decision": (Role.WORKSITE_SUPERVISOR, RequestKind.APPLICATION_DECISION),
    "application-review": (Role.WORKSITE_SUPERVISOR, RequestKind.APPLICATION_REVIEW),
    "ca-intern-evaluation": (Role.WORKSITE_SUPERVISOR, RequestKind.FINAL_EVALUATION),
    "check-in": (Role.WORKSITE_SUPERVISOR, RequestKind.CHECK_IN),
    "clearance": (Role.CAREER_SPECIALIST, RequestKind.CLEARANCE),
    "curriculum-review": (Role.TEACHER, RequestKind.CURRICULUM_REVIEW),
    "emergency-contact": (Role.GUARDIAN, RequestKind.EMERGENCY_CONTACT),
    "exit-survey": (Role.STUDENT, RequestKind.EXIT_SURVEY),
    "externship-agreement": (Role.WORKSITE_SUPERVISOR, RequestKind.AGREEMENT),
    "externship-confirmation": (Role.WORKSITE_SUPERVISOR, RequestKind.HOST_CONFIRMATION),
    "externship-curriculum-unit": (Role.EDUCATOR, RequestKind.DELIVERABLE),
    "externship-first-day": (Role.WORKSITE_SUPERVISOR, RequestKind.FIRST_DAY),
    "externship-host-feedback": (Role.WORKSITE_SUPERVISOR, RequestKind.FINAL_EVALUATION),
    "externship-no-show": (Role.COORDINATOR, RequestKind.NO_SHOW_FOLLOW_UP),
    "externship-reflection": (Role.EDUCATOR, RequestKind.SELF_ASSESSMENT),
    "externship-sign-off": (Role.COORDINATOR, RequestKind.SIGN_OFF),
    "final-hours": (Role.STUDENT, RequestKind.FINAL_HOURS),
    "first-day": (Role.WORKSITE_SUPERVISOR, RequestKind.FIRST_DAY),
    "follow-up": (Role.STUDENT, RequestKind.FOLLOW_UP),
    "guardian-consent": (Role.GUARDIAN, RequestKind.GUARDIAN_CONSENT),
    "host-again": (Role.WORKSITE_SUPERVISOR, RequestKind.HOST_AGAIN),
    "host-confirmation": (Role.WORKSITE_SUPERVISOR, RequestKind.HOST_CONFIRMATION),
    "host-interest": (Role.SITE_CONTACT, RequestKind.HOST_INTEREST),
    "hours-approval": (Role.WORKSITE_SUPERVISOR, RequestKind.HOURS_APPROVAL),
    "hours-dispute": (Role.CAREER_SPECIALIST, RequestKind.HOURS_DISPUTE),
    "incident-acknowledgement": (Role.DIRECTOR, RequestKind.INCIDENT_ACKNOWLEDGEMENT),
    "incident-report": (Role.WORKSITE_SUPERVISOR, RequestKind.INCIDENT_REPORT),
    "incident-review": (Role.DIRECTOR, RequestKind.INCIDENT_REVIEW),
    "insurance": (Role.SITE_CONTACT, RequestKind.INSURANCE),
    "interview": (Role.WORKSITE_SUPERVISOR, RequestKind.INTERVIEW),
    "job-shadow-reflection": (Role.STUDENT, RequestKind.SELF_ASSESSMENT),
    "ma-wblp": (Role.WORKSITE_SUPERVISOR, RequestKind.BASELINE_EVALUATION),
    "naf-internship-assessment": (Role.WORKSITE_SUPERVISOR, RequestKind.FINAL_EVALUATION),
    "new-supervisor": (Role.SITE_CONTACT, RequestKind.NEW_SUPERVISOR),
    "no-show-follow-up": (Role.CAREER_SPECIALIST, RequestKind.NO_SHOW_FOLLOW_UP),
    "ny-employability-profile": (Role.TEACHER, RequestKind.FINAL_EVALUATION),
    "offer-acceptance": (Role.STUDENT, RequestKind.OFFER_ACCEPTANCE),
    "opportunity-design": (Role.SITE_CONTACT, RequestKind.DESIGN),
    "opportunity-review": (Role.COORDINATOR, RequestKind.OPPORTUNITY_REVIEW),
    "outreach-log": (Role.ENGAGEMENT_MANAGER, RequestKind.OUTREACH),
    "partial-evaluation": (Role.WORKSITE_SUPERVISOR, RequestKind.PARTIAL_EVALUATION),
    "partnership-agreement": (Role.SITE_CONTACT, RequestKind.PARTNERSHIP_AGREEMENT),
    "partnership-renewal": (Role.SITE_CONTACT, RequestKind.PARTNERSHIP_RENEWAL),
    "permit-renewal": (Role.CAREER_SPECIALIST, RequestKind.RENEWAL),
    "permit-return": (Role.WORKSITE_SUPERVISOR, RequestKind.PERMIT_RETURN),
    "renewal": (Role.WORKSITE_SUPERVISOR, RequestKind.RENEWAL),
    "safety-check": (Role.ENGAGEMENT_MANAGER, RequestKind.SAFETY_CHECK),
    "safety-orientation": (Role.WORKSITE_SUPERVISOR, RequestKind.ORIENTATION),
    "safety-review": (Role.COORDINATOR, RequestKind.SAFETY_REVIEW),
    "shift-change": (Role.WORKSITE_SUPERVISOR, RequestKind.SHIFT_CHANGE),
    "sign-off": (Role.TEACHER, RequestKind.SIGN_OFF),
    "site-visit": (Role.TEACHER, RequestKind.SITE_VISIT),
    "site-vetting": (Role.CAREER_SPECIALIST, RequestKind.SITE_VETTING),
    "student-self-assessment": (Role.STUDENT, RequestKind.SELF_ASSESSMENT),
    "succession": (Role.CAREER_SPECIALIST, RequestKind.SUCCESSION),
    "supervisor-check": (Role.SITE_CONTACT, RequestKind.SUPERVISOR_CHECK),
    "supervisor-orientation": (Role.WORKSITE_SUPERVISOR, RequestKind.ORIENTATION),
    "support": (Role.CAREER_SPECIALIST, RequestKind.SUPPORT),
    "suspension-review": (Role.CAREER_SPECIALIST, RequestKind.SUSPENSION_REVIEW),
    "training-agreement": (Role.GUARDIAN, RequestKind.AGREEMENT),
    "training-plan": (Role.WORKSITE_SUPERVISOR, RequestKind.TRAINING_PLAN),
    "violation-review": (Role.CAREER_SPECIALIST, RequestKind.VIOLATION_REVIEW),
    "weekly-hours": (Role.STUDENT, RequestKind.HOURS),
    "work-permit": (Role.CAREER_SPECIALIST, RequestKind.WORK_PERMIT),
    "work-product": (Role.STUDENT, RequestKind.DELIVERABLE),
}


def context_for(form: FormDefinition, **changes: Any) -> FormContext:
    """The form as asked of the person who usually answers it, on a summer placement in Boston."""
    role, occasion = ASKED[form.id]
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
        "hours": "Mon, Jul 13: 9:00 AM – 2:00 PM, break 30 min\nWed, Jul 15: 9:00 AM – 1:15 PM\n8.75 hours in all",
        "job_skills": ("Patient service", "Infection control", "Digital records"),
        "start": date(2026, 7, 6),
        "end": date(2026, 8, 14),
        "today": date(2026, 7, 20),
        "due": datetime(2026, 7, 20, 21, tzinfo=UTC),
        "zone": "America/New_York",
    }
    return FormContext(**(values | changes))
