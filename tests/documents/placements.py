"""A placement whose forms all came back, as a dossier: what documents are made of."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from catalog.form_catalog import latest
from gateway.documents.dossier import Answered, Dossier
from lifecycle.form_samples import passing_answers
from lifecycle.forms import check_answers
from records.submissions import Submission
from schemas.clock import EPOCH
from schemas.directory import OpportunityFacts
from schemas.views import PlacementView, RequestView
from schemas.vocabulary import RequestKind as K
from schemas.vocabulary import Role

STUDENT, GUARDIAN, SUPERVISOR, COORDINATOR = "lrn-1", "grd-1", "sup-1", "crd-1"
PEOPLE = {
    STUDENT: "Ana Lucía Rivera",
    GUARDIAN: "María del Carmen Núñez",
    SUPERVISOR: "Grace O’Malley",
    COORDINATOR: "Tom Baker",
}
START, END = date(2026, 7, 6), date(2026, 8, 14)
AGREED = datetime(2026, 6, 22, 18, 30, tzinfo=UTC)
FIRST = datetime(2026, 7, 17, 18, 30, tzinfo=UTC)
LAST = datetime(2026, 8, 14, 18, 30, tzinfo=UTC)
DONE = datetime(2026, 8, 18, 18, 30, tzinfo=UTC)
REMARKS = "Listens well, and asks #before* she _acts_.\n$5 \\ @once <b>"
BY_ROLE = {
    Role.STUDENT: STUDENT,
    Role.GUARDIAN: GUARDIAN,
    Role.WORKSITE_SUPERVISOR: SUPERVISOR,
    Role.COORDINATOR: COORDINATOR,
}


def dossier(*answered: Answered, **changes: Any) -> Dossier:
    """The placement of Ana at Harbor Dental with these answers; `changes` are of its view."""
    view: dict[str, Any] = {
        "id": "pl-1",
        "state": "completed",
        "program": "boston-summer-internship",
        "program_version": "2026.1",
        "time_zone": "America/New_York",
        "link_days": 30,
        "speed": 1,
        "program_epoch": EPOCH,
        "real_epoch": EPOCH,
        "learner_id": STUDENT,
        "opportunity_id": "opp-1",
        "host_id": "hst-1",
        "start": START,
        "end": END,
        "team": {Role.WORKSITE_SUPERVISOR: SUPERVISOR},
        "requests": tuple(one.request for one in answered),
        "awaiting": (),
        "next_due_at": None,
        "overdue": False,
        "story": "",
        "reason": None,
        "outcome": "completed",
        "minor": True,
        "seat": "held",
    }
    return Dossier(
        view=PlacementView.model_validate(view | changes),
        names=PEOPLE,
        host_name="Harbor Dental <Group> & Sons",
        facts=OpportunityFacts(
            id="opp-1",
            host_id="hst-1",
            program="boston-summer-internship",
            title="Dental office assistant",
            description="",
            tasks=("Greet patients", "Prepare rooms"),
            job_skills=("Patient service", "Infection control", "Digital records"),
            seats=1,
            start=START,
            end=END,
            supervisor_id=SUPERVISOR,
            alternate_supervisor_id=None,
        ),
        answered=answered,
    )


def request(kind: K, form: str, role: Role, **more: Any) -> RequestView:
    """A request that was answered."""
    given: dict[str, Any] = {
        "id": kind,
        "kind": kind,
        "form": form,
        "role": role,
        "person_id": BY_ROLE[role],
        "state": "submitted",
        "opens_at": None,
        "due_at": None,
        "closes_at": None,
        "submission_id": f"sub-{kind}-{role}-{more.get('number', 1)}",
    }
    return RequestView.model_validate(given | more)


def answer(
    kind: K,
    form_id: str,
    role: Role,
    at: datetime,
    *,
    level: int | None = None,
    number: int = 1,
    said: dict[str, str] | None = None,
    decision: str | None = None,
) -> Answered:
    """A form of the catalogue, answered as a friendly person would; `said` is what they say of their own."""
    form = latest(form_id)
    context = dossier().context("en", role, kind).changed(today=at.date())
    raw = passing_answers(form, context, level=level, decision=decision, say=lambda asked: _of(asked.field.kind, role))
    checked = check_answers(form, context, raw | (said or {}))
    assert checked.ok, checked.errors
    asked = request(kind, form.pin, role, number=number)
    submission = Submission(
        id=asked.submission_id or "",
        lifecycle="placement",
        lifecycle_id="pl-1",
        request_id=asked.id,
        person_id=BY_ROLE[role],
        role=role,
        form=form.pin,
        language="en",
        answers=checked.answers,
        decision=checked.decision,
        at=at,
        received_at=at,
    )
    return Answered(asked, submission, form, PEOPLE[BY_ROLE[role]])


def _of(kind: str, role: Role) -> str | None:
    return PEOPLE[BY_ROLE[role]] if kind == "signature" else None


def week(number: int, first_day: date, **days: str) -> dict[str, str]:
    """The answers of a week from Monday to Thursday, nine to two with a break, but for `days`."""
    said = {"week_of": first_day.isoformat()}
    for day in ("mon", "tue", "wed", "thu"):
        said |= {f"{day}_start": "09:00", f"{day}_end": "14:00", f"{day}_break": "30"}
    return said | days | {"comment": f"Week {number}"}


def whole() -> Dossier:
    """Everything came back: agreement, two reviews, three weeks of hours (one not confirmed), the sign-off."""
    signers = (Role.STUDENT, Role.GUARDIAN, Role.WORKSITE_SUPERVISOR, Role.COORDINATOR)
    answered = [
        answer(K.AGREEMENT, "training-agreement", role, AGREED + timedelta(hours=at)) for at, role in enumerate(signers)
    ]
    answered += [
        answer(K.BASELINE_EVALUATION, "ma-wblp", Role.WORKSITE_SUPERVISOR, FIRST, level=2),
        answer(
            K.FINAL_EVALUATION,
            "ma-wblp",
            Role.WORKSITE_SUPERVISOR,
            LAST,
            level=4,
            said={"communication_rating": "3", "communication_comment": REMARKS},
        ),
    ]
    for number in (1, 2, 3):
        monday = START + timedelta(weeks=number - 1)
        sent = datetime(monday.year, monday.month, monday.day, 22, tzinfo=UTC) + timedelta(days=4)
        answered.append(answer(K.HOURS, "weekly-hours", Role.STUDENT, sent, number=number, said=week(number, monday)))
        if number < 3:
            later = sent + timedelta(hours=20)
            answered.append(
                answer(
                    K.HOURS_APPROVAL,
                    "hours-approval",
                    Role.WORKSITE_SUPERVISOR,
                    later,
                    number=number,
                    decision="approve",
                )
            )
    answered.append(answer(K.SIGN_OFF, "sign-off", Role.COORDINATOR, DONE))
    return dossier(*answered)
