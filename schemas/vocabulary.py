"""The field's words as closed lists: roles, states, kinds of request. The glossary in docs says what each means."""

from enum import StrEnum


class Role(StrEnum):
    """Who a person is in one placement."""

    STUDENT = "student"
    GUARDIAN = "guardian"
    WORKSITE_SUPERVISOR = "worksite_supervisor"
    ALTERNATE_SUPERVISOR = "alternate_supervisor"
    SITE_CONTACT = "site_contact"
    TEACHER = "teacher"
    CAREER_SPECIALIST = "career_specialist"
    COORDINATOR = "coordinator"
    PROGRAM_MANAGER = "program_manager"
    EDUCATOR = "educator"
    ENGAGEMENT_MANAGER = "engagement_manager"
    DIRECTOR = "director"


AT_THE_WORKSITE = frozenset({Role.WORKSITE_SUPERVISOR, Role.ALTERNATE_SUPERVISOR, Role.SITE_CONTACT})
"""Who works at the host. They are written to on working days, and see a learner's given name and initial only."""

AT_WORK = AT_THE_WORKSITE | {
    Role.TEACHER,
    Role.CAREER_SPECIALIST,
    Role.COORDINATOR,
    Role.PROGRAM_MANAGER,
    Role.ENGAGEMENT_MANAGER,
    Role.DIRECTOR,
}
"""Who reads a program's mail at work, on business days; learners and guardians read it on any day."""

LEARNERS = frozenset({Role.STUDENT, Role.EDUCATOR})
"""In which roles the learner of a placement is asked."""


class PlacementState(StrEnum):
    """Where a placement stands. Terminal states are never merged: "withdrawn" is not "no-show"."""

    PROPOSED = "proposed"
    APPLIED = "applied"
    UNDER_REVIEW = "under_review"
    INTERVIEWING = "interviewing"
    OFFERED = "offered"
    MATCHED = "matched"
    PREPARING = "preparing"
    READY = "ready"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    AWAITING_ASSESSMENT = "awaiting_assessment"
    AWAITING_SIGN_OFF = "awaiting_sign_off"
    COMPLETED = "completed"
    COMPLETED_EVALUATION_NOT_PROVIDED = "completed_evaluation_not_provided"
    PARTIALLY_COMPLETED = "partially_completed"
    WITHDRAWN_BY_STUDENT = "withdrawn_by_student"
    WITHDRAWN_IN_PROGRESS = "withdrawn_in_progress"
    NO_SHOW = "no_show"
    REJECTED = "rejected"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED_BY_PROGRAM = "cancelled_by_program"
    CANCELLED_BY_EMPLOYER = "cancelled_by_employer"
    TERMINATED = "terminated"
    TRANSFERRED = "transferred"


class RecordState(StrEnum):
    """What is left to do for a placement's record, beside its state: an end does not end what is owed."""

    OPEN = "open"
    FOLLOW_UP = "follow_up"
    ARCHIVED = "archived"


class OpportunityState(StrEnum):
    """Where a host's offer of seats stands."""

    PROPOSED = "proposed"
    DESIGNED = "designed"
    REVIEWED = "reviewed"
    OPEN = "open"
    FILLED = "filled"
    CLOSED = "closed"
    DECLINED = "declined"


class PartnershipState(StrEnum):
    """Where an employer's relation with the intermediary stands."""

    CONTACTED = "contacted"
    INTERESTED = "interested"
    VETTED = "vetted"
    ACTIVE = "active"
    RENEWAL = "renewal"
    DORMANT = "dormant"
    DECLINED = "declined"
    ENDED = "ended"


class OutreachChannel(StrEnum):
    """How somebody got in touch with a host."""

    PHONE = "phone"
    EMAIL = "email"
    VISIT = "visit"
    EVENT = "event"


class OutreachOutcome(StrEnum):
    """What came of it."""

    INTERESTED = "interested"
    NOT_NOW = "not_now"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"


class IncidentState(StrEnum):
    """Where a safeguarding case stands."""

    REPORTED = "reported"
    ACKNOWLEDGED = "acknowledged"
    TRIAGED = "triaged"
    CLOSED = "closed"


class Severity(StrEnum):
    """How grave an incident is; `high` suspends the placement at once."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class SeatState(StrEnum):
    """What a placement knows of its seat."""

    NONE = "none"
    CLAIMING = "claiming"
    WAITLISTED = "waitlisted"
    HELD = "held"
    RELEASED = "released"


class RequestKind(StrEnum):
    """What an answered request means to its lifecycle."""

    APPLICATION_REVIEW = "application_review"
    APPLICATION_DECISION = "application_decision"
    INTERVIEW = "interview"
    HOST_CONFIRMATION = "host_confirmation"
    OFFER_ACCEPTANCE = "offer_acceptance"
    AGREEMENT = "agreement"
    GUARDIAN_CONSENT = "guardian_consent"
    WORK_PERMIT = "work_permit"
    CLEARANCE = "clearance"
    SITE_VETTING = "site_vetting"
    TRAINING_PLAN = "training_plan"
    ORIENTATION = "orientation"
    EMERGENCY_CONTACT = "emergency_contact"
    FIRST_DAY = "first_day"
    NO_SHOW_FOLLOW_UP = "no_show_follow_up"
    CHECK_IN = "check_in"
    HOURS = "hours"
    HOURS_APPROVAL = "hours_approval"
    HOURS_DISPUTE = "hours_dispute"
    SITE_VISIT = "site_visit"
    ABSENCE_FOLLOW_UP = "absence_follow_up"
    AMENDMENT = "amendment"
    RENEWAL = "renewal"
    SUPERVISOR_CHECK = "supervisor_check"
    NEW_SUPERVISOR = "new_supervisor"
    SUSPENSION_REVIEW = "suspension_review"
    SUCCESSION = "succession"
    SHIFT_CHANGE = "shift_change"
    VIOLATION_REVIEW = "violation_review"
    BASELINE_EVALUATION = "baseline_evaluation"
    MIDPOINT_EVALUATION = "midpoint_evaluation"
    FINAL_EVALUATION = "final_evaluation"
    SELF_ASSESSMENT = "self_assessment"
    DELIVERABLE = "deliverable"
    SIGN_OFF = "sign_off"
    PERMIT_RETURN = "permit_return"
    FINAL_HOURS = "final_hours"
    PARTIAL_EVALUATION = "partial_evaluation"
    SUPPORT = "support"
    EXIT_SURVEY = "exit_survey"
    FOLLOW_UP = "follow_up"
    DESIGN = "design"
    CURRICULUM_REVIEW = "curriculum_review"
    SAFETY_REVIEW = "safety_review"
    OPPORTUNITY_REVIEW = "opportunity_review"
    OUTREACH = "outreach"
    HOST_INTEREST = "host_interest"
    INSURANCE = "insurance"
    SAFETY_CHECK = "safety_check"
    PARTNERSHIP_AGREEMENT = "partnership_agreement"
    PARTNERSHIP_RENEWAL = "partnership_renewal"
    HOST_AGAIN = "host_again"
    INCIDENT_ACKNOWLEDGEMENT = "incident_acknowledgement"
    INCIDENT_REPORT = "incident_report"
    INCIDENT_REVIEW = "incident_review"


class DisclaimReason(StrEnum):
    """Why somebody who was asked says that another person should answer."""

    NOT_MY_STUDENT = "not_my_student"
    NO_LONGER_SUPERVISOR = "no_longer_supervisor"
    SOMEONE_ELSE = "someone_else"


class Trigger(StrEnum):
    """What may happen in a lifecycle that makes a program ask (`on`): an ask opens once for each time it happens."""

    EXTENDED = "extended"
    SHORTENED = "shortened"
    SUPERVISOR_REPLACED = "supervisor_replaced"
    SUPERVISOR_LEFT = "supervisor_left"
    SUPERVISOR_SILENT = "supervisor_silent"
    SUSPENDED = "suspended"
    EMPLOYER_CANCELLED = "employer_cancelled"
    ABSENT = "absent"
    HOURS_SUBMITTED = "hours_submitted"
    HOURS_DISPUTED = "hours_disputed"
    VIOLATION_PREDICTED = "violation_predicted"
    VIOLATION_DETECTED = "violation_detected"
    HAZARD_FOUND = "hazard_found"
    LEFT_EARLY = "left_early"
    COMPLETED = "completed"
    ENDED = "ended"
    HOST_SILENT = "host_silent"


class RequestState(StrEnum):
    """How one form asked of one person stands; all but `open` are ends."""

    OPEN = "open"
    SUBMITTED = "submitted"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"
    NOT_PROVIDED = "not_provided"


class Continuum(StrEnum):
    """The place of a program on the work-based learning continuum (Boston PIC's four)."""

    AWARENESS = "awareness"
    EXPLORATION = "exploration"
    PREPARATION = "preparation"
    TRAINING = "training"


class ProgramKind(StrEnum):
    """What a program is, as families and employers call it."""

    SUMMER_JOB = "summer_job"
    INTERNSHIP = "internship"
    SCHOOL_YEAR_INTERNSHIP = "school_year_internship"
    JOB_SHADOW = "job_shadow"
    PRE_APPRENTICESHIP = "pre_apprenticeship"
    SERVICE_LEARNING = "service_learning"
    CAPSTONE = "capstone"
    EXTERNSHIP = "externship"


class OpportunityType(StrEnum):
    """CEDS element 001499, Work-based Learning Opportunity Type."""

    APPRENTICESHIP = "Apprenticeship"
    CLINICAL_WORK = "ClinicalWork"
    COOPERATIVE_EDUCATION = "CooperativeEducation"
    ENTREPRENEURSHIP = "Entrepreneurship"
    JOB_SHADOWING = "JobShadowing"
    MENTORSHIP = "Mentorship"
    NON_PAID_INTERNSHIP = "NonPaidInternship"
    ON_THE_JOB = "OnTheJob"
    OTHER = "Other"
    PAID_INTERNSHIP = "PaidInternship"
    SCHOOL_BASED_ENTERPRISE = "SchoolBasedEnterprise"
    SERVICE_LEARNING = "ServiceLearning"
    SIMULATED_WORKSITE = "SimulatedWorksite"
    SUPERVISED_AGRICULTURAL = "SupervisedAgricultural"
    UNPAID_INTERNSHIP = "UnpaidInternship"
