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


class PlacementState(StrEnum):
    """Where a placement stands. Terminal states are never merged: "withdrawn" is not "no-show"."""

    PROPOSED = "proposed"
    OFFERED = "offered"
    MATCHED = "matched"
    PREPARING = "preparing"
    READY = "ready"
    ACTIVE = "active"
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


class OpportunityState(StrEnum):
    """Where a host's offer of seats stands."""

    OPEN = "open"
    FILLED = "filled"
    CLOSED = "closed"


class SeatState(StrEnum):
    """What a placement knows of its seat."""

    NONE = "none"
    CLAIMING = "claiming"
    HELD = "held"
    RELEASED = "released"


class RequestKind(StrEnum):
    """What an answered request means to the placement."""

    HOST_CONFIRMATION = "host_confirmation"
    OFFER_ACCEPTANCE = "offer_acceptance"
    AGREEMENT = "agreement"
    FIRST_DAY = "first_day"
    NO_SHOW_FOLLOW_UP = "no_show_follow_up"
    CHECK_IN = "check_in"
    BASELINE_EVALUATION = "baseline_evaluation"
    FINAL_EVALUATION = "final_evaluation"
    SELF_ASSESSMENT = "self_assessment"
    SIGN_OFF = "sign_off"


class RequestState(StrEnum):
    """How one form asked of one person stands; all but `open` are ends."""

    OPEN = "open"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    NOT_PROVIDED = "not_provided"


class Continuum(StrEnum):
    """The place of a program on the work-based learning continuum (Boston PIC's four)."""

    AWARENESS = "awareness"
    EXPLORATION = "exploration"
    PREPARATION = "preparation"
    TRAINING = "training"


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
