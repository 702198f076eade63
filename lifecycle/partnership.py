"""The partnership's decisions: a host is contacted, vetted, signs, hosts, renews, rests and comes back. Pure.

The tables are in `partnership_table`; what is in date and who is silent in `partnership_waiting`, what follows of
itself in `partnership_settling`, what the world is asked for in `partnership_shown`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from lifecycle import ladder, requests, snoozing
from lifecycle.calendars import site_day
from lifecycle.deadlines import person_for
from lifecycle.decider import Decider
from lifecycle.partnership_settling import interest, part, rest, settle
from lifecycle.partnership_table import HOSTS, TABLE
from lifecycle.partnership_waiting import agreement, is_handed_in, last_day, today
from lifecycle.requests import Answers, withdraw
from lifecycle.story import Story
from lifecycle.supervising import adopt
from schemas.case import Request
from schemas.partnership import (
    FAR_AHEAD,
    ContactHost,
    EndPartnership,
    LogOutreach,
    NoteAnswer,
    NotePlacementCompleted,
    Partnership,
    RenewPartnership,
    ReplaceContact,
)
from schemas.partnership_events import (
    AgreementRenewed,
    ContactReplaced,
    HostAnswered,
    HostAskedAgain,
    HostThanked,
    HostUnanswered,
    LearnerCompleted,
    OutreachLogged,
    PartnershipContacted,
    PartnershipEnded,
    PartnershipEvent,
    PartnershipLeaving,
    PartnershipReopened,
    PartnershipWoken,
)
from schemas.placement_commands import Submit
from schemas.problems import ProblemCode, Refused
from schemas.request_events import RequestReassigned
from schemas.vocabulary import OutreachChannel, OutreachOutcome
from schemas.vocabulary import PartnershipState as S
from schemas.vocabulary import RequestKind as K

P = Story[Partnership]


def contact(command: ContactHost, at: datetime) -> tuple[Partnership, tuple[PartnershipEvent, ...]]:
    """The first decision: a partnership and its events.

    Raises Refused when nobody can be asked, or the program is none of a partnership.
    """
    program = command.program
    if program.lifecycle != "partnership":
        raise Refused(ProblemCode.INVALID, f"program: {program.id} is the program of a {program.lifecycle}")
    start = site_day(program.calendar.time_zone, at)
    partnership = Partnership(
        id=command.partnership_id,
        state=S.CONTACTED,
        program=program,
        clock=command.clock,
        start=start,
        end=FAR_AHEAD,
        team=command.team,
        entered_at=at,
        host_id=command.host_id,
        last_heard=start,
    )
    missing = requests.nobody_for(partnership)
    if missing is not None:
        raise Refused(
            ProblemCode.INVALID,
            f"host_id: for {command.host_id} nobody is the {missing}; "
            f"import that person, or name a stand-in in program {program.id}",
        )
    story = Story(TABLE, partnership, at)
    story.tell(
        PartnershipContacted(at=at, host_id=command.host_id, program_id=program.id, program_version=program.version)
    )
    if command.outcome is not None:
        _spoke(story, command.outcome, command.channel, command.again_on)
    settle(story)
    return story.case, tuple(story.events)


# --- answers --------------------------------------------------------------------------------------------------------


def _spoke(story: P, outcome: OutreachOutcome, channel: OutreachChannel | None, again_on: Any) -> None:
    """An entry of the outreach log, and what follows from what the host said."""
    story.tell(OutreachLogged(at=story.at, channel=channel, outcome=outcome, again_on=again_on))
    match outcome:
        case OutreachOutcome.INTERESTED:
            interest(story)
        case OutreachOutcome.NOT_NOW:
            rest(story, "not_now")
        case OutreachOutcome.DECLINED:
            part(story, "host_declined")
        case OutreachOutcome.NO_ANSWER:
            return


def _nothing(_: P, __: Request) -> None:
    return


def _wants(story: P, _: Request) -> None:
    interest(story)


def _rests(reason: str) -> Callable[[P, Request], None]:
    return lambda story, _: rest(story, reason)


def _parts(reason: str) -> Callable[[P, Request], None]:
    return lambda story, _: part(story, reason)


def _leaves(story: P, _: Request) -> None:
    """The agreement is kept to its last day, for the sake of who learns there."""
    last = last_day(story.case, agreement(story.case))
    if last is None or last < today(story.case, story.at):
        story.tell(PartnershipEnded(at=story.at, reason="agreement_ended"))
    else:
        story.tell(PartnershipLeaving(at=story.at, last_day=last))


ANSWERS: Answers = {
    K.OUTREACH: dict.fromkeys(OutreachOutcome, _nothing),
    K.HOST_INTEREST: {"interested": _wants, "not_now": _rests("not_now"), "declined": _parts("host_declined")},
    K.INSURANCE: {"provided": _nothing, "refused": _rests("insurance_refused")},
    K.SAFETY_CHECK: {"passed": _nothing, "failed": _rests("safety_check_failed")},
    K.PARTNERSHIP_AGREEMENT: {"sign": _nothing, "decline": _parts("agreement_declined")},
    K.RENEWAL: {"renewed": _nothing, "not_renewed": _nothing},
    K.PARTNERSHIP_RENEWAL: {"renew": _nothing, "end": _leaves},
    K.HOST_AGAIN: {"again": _wants, "not_now": _rests("not_now"), "never": _parts("host_declined")},
}
"""What the decisions of the forms mean; documents are looked at in the end, whoever handed them in."""

DECISIONS: dict[K, frozenset[str]] = {kind: frozenset(follow) for kind, follow in ANSWERS.items()}
"""The decisions a form of that kind may come back with."""


def _submit(story: P, command: Submit) -> None:
    request = requests.answer(story, command, ANSWERS)
    if request.kind is K.OUTREACH and command.decision is not None:
        _spoke(story, OutreachOutcome(command.decision), None, command.again_on)


# --- commands -------------------------------------------------------------------------------------------------------


def _log(story: P, command: LogOutreach) -> None:
    withdraw(story, (K.OUTREACH,), "answered_otherwise")
    _spoke(story, command.outcome, command.channel, command.again_on)


def _renew(story: P, command: RenewPartnership) -> None:
    """The agreement goes on, said by other means. Raises Refused when there is none, or it would end no later."""
    case, ask = story.case, agreement(story.case)
    if not is_handed_in(case, ask):
        raise Refused(ProblemCode.NOT_ALLOWED_NOW, f"partnership {case.id} has no agreement that could be renewed")
    last = last_day(case, ask) or today(case, story.at)
    if command.valid_until <= max(last, today(case, story.at)):
        raise Refused(ProblemCode.INVALID, f"valid_until: {command.valid_until} is not after {last}; send a later day")
    withdraw(story, (K.PARTNERSHIP_RENEWAL,), "answered_otherwise")
    story.tell(AgreementRenewed(at=story.at, valid_until=command.valid_until))
    interest(story)


def _end(story: P, command: EndPartnership) -> None:
    story.tell(PartnershipEnded(at=story.at, reason=command.reason))


def _reopen(story: P, _: Any) -> None:
    event = PartnershipWoken if story.case.state is S.DORMANT else PartnershipReopened
    story.tell(event(at=story.at))


def _replace(story: P, command: ReplaceContact) -> None:
    """Another person holds a role; what is open passes over. Raises Refused when that person holds it already."""
    case, role = story.case, command.role
    if case.team.get(role) == command.person_id:
        raise Refused(ProblemCode.INVALID, f"person_id: {command.person_id} is the {role} already")
    before = person_for(case, role)
    story.tell(ContactReplaced(at=story.at, role=role, person_before=before, person_id=command.person_id))
    if before is None or before == command.person_id:
        return
    for request in case.open_requests:
        if any(one.person_id == before and one.role is role for one in request.holders):
            story.tell(
                RequestReassigned(
                    at=story.at, request_id=request.id, person_before=before, person_id=command.person_id, role=role
                )
            )


# --- from placements ------------------------------------------------------------------------------------------------


def _note_answer(story: P, command: NoteAnswer) -> None:
    story.tell(HostAnswered(at=story.at, accepted=command.accepted, hosts_until=command.hosts_until))
    if command.accepted:
        interest(story)


def _note_silence(story: P, _: Any) -> None:
    story.tell(HostUnanswered(at=story.at))


def _completed(story: P, command: NotePlacementCompleted) -> None:
    """A learner completed a placement there: the host is thanked, not too often, and asked to host again."""
    story.tell(LearnerCompleted(at=story.at, placement_id=command.placement_id, evaluated=command.evaluated))
    case, thanked = story.case, story.case.thanked_on
    pause = timedelta(days=case.program.thanks_days)
    if thanked is not None and pause and today(case, story.at) < thanked + pause:
        return
    story.tell(HostThanked(at=story.at, placement_id=command.placement_id))
    asked = any(one.kind is K.HOST_AGAIN for one in case.open_requests)
    rests = case.state is S.DORMANT and case.reason != "not_now"
    if not asked and not case.leaving and (case.state in HOSTS or rests):
        story.tell(HostAskedAgain(at=story.at))


# --- time -----------------------------------------------------------------------------------------------------------


def _tick(story: P, _: Any) -> None:
    ladder.be_silent(story, ladder.climb(story).given_up, _tell_silence)


def _tell_silence(story: P, event: type[Any], code: dict[str, Any]) -> None:
    if story.case.state is not S.DORMANT:
        story.tell(event(at=story.at, **code))


COMMANDS: dict[str, Callable[[P, Any], object]] = {
    "log_outreach": _log,
    "submit": _submit,
    "renew": _renew,
    "end": _end,
    "reopen": _reopen,
    "replace_contact": _replace,
    "note_answer": _note_answer,
    "note_silence": _note_silence,
    "placement_completed": _completed,
    "adopt_program": adopt,
    "waive": requests.waive,
    "return": requests.give_back,
    "resend": requests.resend,
    "disclaim": requests.disclaim,
    "snooze": snoozing.snooze,
    "record_bounce": requests.record_bounce,
    "tick": _tick,
}

PARTNERSHIP: Decider[Partnership] = Decider(TABLE, COMMANDS, settle)
