"""What happens in a preview, in plain words."""

from schemas.effects import Message
from schemas.vocabulary import IncidentState, OpportunityState, PartnershipState, PlacementState, Trigger

P, O, H, I = PlacementState, OpportunityState, PartnershipState, IncidentState  # noqa: E741

STATES: dict[str, dict[str, str]] = {
    "placement": {
        P.PROPOSED: "The learner is proposed to the host",
        P.APPLIED: "The learner has applied",
        P.UNDER_REVIEW: "The host takes more time",
        P.INTERVIEWING: "The host wants to meet the learner",
        P.OFFERED: "The host has said yes and a seat is held",
        P.PREPARING: "The offer is accepted; preparation begins",
        P.READY: "Everything is there; the first day can come",
        P.ACTIVE: "The learner works there",
        P.SUSPENDED: "The work stands still",
        P.AWAITING_ASSESSMENT: "The last day is over",
        P.AWAITING_SIGN_OFF: "The assessment is settled",
    },
    "opportunity": {
        O.PROPOSED: "The opportunity is proposed",
        O.DESIGNED: "The work is described",
        O.REVIEWED: "Every review is there",
        O.OPEN: "The opportunity is open: learners can be placed",
        O.FILLED: "Every seat is held",
    },
    "partnership": {
        H.CONTACTED: "The host is contacted",
        H.INTERESTED: "The host would like to host",
        H.VETTED: "Insurance and safety check are there",
        H.ACTIVE: "The agreement is signed: learners can be placed",
        H.RENEWAL: "Something is about to expire",
        H.DORMANT: "The partnership is dormant",
    },
    "incident": {
        I.REPORTED: "The incident is reported",
        I.ACKNOWLEDGED: "Somebody takes care of it",
        I.TRIAGED: "It is known how grave it is",
    },
}
"""What it means to come to a state; the ends have names. What is passed through at once is left out."""

ENDS: dict[str, str] = {
    P.COMPLETED_EVALUATION_NOT_PROVIDED: "completed, evaluation not provided",
    P.NO_SHOW: "no-show",
    P.CANCELLED_BY_PROGRAM: "cancelled by the program",
    P.CANCELLED_BY_EMPLOYER: "cancelled by the employer",
    P.WITHDRAWN_IN_PROGRESS: "withdrawn, the work had begun",
}
"""Names of ends that are more than their code with spaces."""

TAKEN_TO_HAVE_STARTED = "The learner counts as having started, though nobody confirmed it"

BETWEEN: dict[tuple[str, str], str] = {
    (P.SUSPENDED, P.ACTIVE): "The work goes on",
    (P.SUSPENDED, P.PREPARING): "Preparation goes on",
    (P.PREPARING, P.SUSPENDED): "Preparation stands still",
    (P.READY, P.SUSPENDED): "The placement stands still before its first day",
    (H.RENEWAL, H.ACTIVE): "Everything is renewed",
    (H.DORMANT, H.CONTACTED): "The host is contacted again",
}
"""What it means to come from a state to another, where that is not what it usually means."""

UNANSWERED: dict[str, str] = {
    "not_acknowledged": "Nobody has acknowledged it; it goes on all the same",
    "report_not_provided": "Nobody has written a report; it goes on all the same",
}
"""Reasons that say more than the state."""

MESSAGES: dict[Message, str] = {
    "seat_awaited_notification": "the learner is in line for a seat",
    "preparation_missing_reminder": "what is still missing before the start",
    "placement_blocked_warning": "the first day has come and preparation is not done: no work yet",
    "placement_starts_reminder": "when and where the first day is",
    "placement_moved_notification": "the last day has moved",
    "placement_ready_notification": "everything is ready for the first day",
    "placement_withdrawn_notification": "the learner has left",
    "placement_ended_early_notification": "the placement has ended",
    "placement_completed_confirmation": "the placement is closed",
    "placement_suspended_notification": "the work stands still",
    "placement_resumed_notification": "the work goes on",
    "placement_terminated_notification": "the placement was ended for cause",
    "placement_transferred_notification": "the placement goes on elsewhere",
    "agreement_voided_notification": "the training agreement no longer holds",
    "hours_violation_warning": "hours break the law",
    "incident_reported_warning": "an incident was reported",
    "incident_closed_notification": "the incident is closed",
    "opportunity_open_notification": "the opportunity is open",
    "opportunity_declined_notification": "the opportunity will not open",
    "partnership_active_notification": "learners can be placed there",
    "partnership_thanks_notification": "thank you for hosting",
    "partnership_dormant_warning": "the partnership is dormant",
    "partnership_blocked_warning": "nobody can start there: a document is out of date",
    "partnership_declined_notification": "the host does not want to host",
    "partnership_ended_notification": "the partnership has ended",
}
"""What a message that asks nothing says."""

SAID: dict[str, str] = {
    "extend": "Assumed: the last day moves to {day}",
    "shorten": "Assumed: the last day moves to {day}",
    "replace_supervisor": "Assumed: another person becomes the supervisor",
    "supervisor_left": "Assumed: the supervisor leaves",
    "suspend": "Assumed: the work is suspended until {day}",
    "cancel_by_employer": "Assumed: the host cancels",
    "report_missed": "Assumed: the learner does not come to work",
    "record_work": "Assumed: shifts break the law",
    "withdraw": "Assumed: the learner leaves the placement",
    "placement_completed": "Assumed: a learner completes a placement there",
}
"""What somebody says in a preview."""

BECAUSE: dict[str, str] = {
    Trigger.VIOLATION_PREDICTED: "Assumed: a planned shift would break the law",
    Trigger.VIOLATION_DETECTED: "Assumed: hours that were worked broke the law",
}
"""What somebody says in the preview of what happens then, where the same command may say two things."""

STAGES: dict[str, str] = {
    "preparation": "in preparation",
    "supervision": "during the work",
    "assessment": "in the assessment",
    "completion": "at the end",
    "follow_up": "after the end",
}
"""Where nobody answers."""
