"""Lives to record: each is lived on a real server, over the stand-in world, and ends of itself."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio.exceptions import ApplicationError

from schemas.change_commands import Extend, ReplaceSupervisor
from schemas.effects import Bounced, Deferred, Effect, Notify, Outcome
from schemas.opportunity import ClaimSeat, ReleaseSeat
from schemas.placement_commands import (
    AcceptOffer,
    ConfirmAttendance,
    DeclineOffer,
    MakeOffer,
    ReportMissed,
    Resend,
    Submit,
    Withdraw,
)
from tests.workflows.lives import ENDS, FAST, MONDAY, Life, Lives, eventually, to_offer, to_preparing, to_ready
from tests.workflows.world import World

QUICK = FAST / 2
"""Slow enough for people to be on time, on a busy machine too."""
LONG = 60
"""Seconds a story may wait for its next turn."""
NEAR_THE_END = MONDAY + timedelta(days=60)

Story = Callable[[Lives, World], Awaitable[Life]]


async def opened(life: Life, request_id: str) -> None:
    """Wait until a request is open."""
    await life.until(
        lambda view: any(one.id == request_id and one.state == "open" for one in view.requests), within=LONG
    )


async def answered(life: Life, request_id: str, person_id: str, decision: str | None = None) -> None:
    """Answer a request as soon as it is open."""
    await opened(life, request_id)
    await life.submit(request_id, person_id, decision)


async def complete(lives: Lives, _: World) -> Life:
    """Everybody answers; signed off with its final evaluation."""
    life = await lives.placement(speed=QUICK)
    await to_ready(life)
    await answered(life, "first_day", "sup-1", "started")
    for request_id, person in (
        ("baseline_evaluation", "sup-1"),
        ("final_evaluation", "sup-1"),
        ("self_assessment", "lrn-1"),
        ("sign_off", "tea-1"),
    ):
        await answered(life, request_id, person)
    return life


async def silent_to_the_end(lives: Lives, _: World) -> Life:
    """After the first day nobody answers until the teacher signs: every ladder is climbed to its end."""
    life = await lives.placement(speed=QUICK)
    await to_ready(life)
    await life.act(ConfirmAttendance())
    await answered(life, "sign_off", "tea-1")
    return life


async def withdrawn(lives: Lives, _: World) -> Life:
    """The learner leaves while the agreement is being signed."""
    life = await lives.placement()
    await to_preparing(life)
    await life.submit("agreement.student", "lrn-1")
    await life.act(Withdraw(reason="moved_away"))
    return life


async def extended_with_another_supervisor(lives: Lives, _: World) -> Life:
    """The last day moves, another person supervises, a link is sent anew."""
    life = await lives.placement(speed=QUICK)
    await to_ready(life)
    await life.act(ConfirmAttendance())
    await life.act(Extend(end=ENDS + timedelta(days=14)))
    await life.act(ReplaceSupervisor(person_id="sup-9"))
    await answered(life, "baseline_evaluation", "sup-9")
    await opened(life, "final_evaluation")
    await life.act(Resend(request_id="final_evaluation"))
    await answered(life, "final_evaluation", "sup-9")
    await answered(life, "sign_off", "tea-1")
    return life


async def no_show(lives: Lives, _: World) -> Life:
    """The learner does not come, and nobody ever says otherwise."""
    life = await lives.placement(speed=QUICK)
    await to_ready(life)
    await life.act(ReportMissed())
    return life


async def bounced_and_deferred(lives: Lives, world: World) -> Life:
    """One address is dead, one mailbox is full for a while; the learner declines."""
    life = await lives.placement()

    def troubled(one: Effect) -> Outcome | None:
        if isinstance(one, Notify) and one.person_id == "sup-1":
            return Bounced(key=one.key, reason="no_such_address")
        full = isinstance(one, Notify) and one.message == "request_opened_ask" and world.times(life.id, one.key) < 2
        return Deferred(key=one.key, reason="mailbox_full") if full and one.person_id == "lrn-1" else None

    world.answering[life.id] = troubled
    await life.act(Resend(request_id="host_confirmation"))
    await life.until(lambda view: view.requests[0].person_id == "sup-2")
    await life.submit("host_confirmation", "sup-2", "accept")
    await life.in_state("offered")

    async def tried_again() -> bool:
        return sum(told == ("request_opened_ask", "lrn-1") for told in world.told(life.id)) == 2

    await eventually(tried_again)
    await life.act(DeclineOffer())
    return life


async def parked_and_resumed(lives: Lives, world: World) -> Life:
    """The activity gives up; an operator resumes; the same act comes twice."""
    life = await lives.placement()
    await life.idle()
    world.away[life.id] = ApplicationError("given up", non_retryable=True)
    await life.act(Resend(request_id="host_confirmation"))

    async def parked() -> bool:
        return (await life.current_details()).startswith("PARKED")

    await eventually(parked)
    del world.away[life.id]
    await life.resume()
    await life.idle()
    for delivery in ("first", "second"):
        await life.submit("host_confirmation", "sup-1", "accept", id="once", update_id=delivery)
    await life.in_state("offered")
    await life.act(Withdraw())
    return life


async def opportunity(lives: Lives, _: World) -> Life:
    """Seats are claimed and given back; it closes on its last day and ends half a year later."""
    life = await lives.opportunity(speed=FAST, at=NEAR_THE_END, seats=2)
    for placement in ("pl-1", "pl-2", "pl-3"):
        await life.act(ClaimSeat(placement_id=placement))
    await life.act(ReleaseSeat(placement_id="pl-1"))
    await life.act(ClaimSeat(placement_id="pl-3"))
    return life


async def continued(lives: Lives, world: World) -> Life:
    """A history so long that it goes on as a new one, with an effect waiting and facts unrecorded."""
    life = await lives.placement()
    await to_offer(life)

    def full_once(one: Effect) -> Outcome | None:
        resent = isinstance(one, Notify) and one.message == "request_resent_ask" and world.times(life.id, one.key) < 2
        return Deferred(key=one.key, reason="mailbox_full") if resent else None

    world.answering[life.id] = full_once
    await life.submit("offer", "lrn-1", "accept", id="accepted")
    await life.act(Resend(request_id="agreement.guardian"))
    await life.idle()
    await life.submit("agreement.student", "lrn-1")
    first = (await life.handle.describe()).run_id
    for again in range(100):
        if (await life.handle.describe()).run_id != first:
            break
        await life.submit("offer", "lrn-1", "accept", id="accepted", update_id=f"again-{again}")
    await life.act(Withdraw())
    return life


async def caught_up(lives: Lives, _: World) -> Life:
    """What waited in a row is taken at once: some of it is refused, some has been taken before."""
    life = await lives.placement()
    await to_offer(life)
    await life.several(AcceptOffer(), MakeOffer(), ids=("a", "b"))
    signed = [
        Submit(request_id=f"agreement.{role}", person_id=person, submission_id=f"s-{role}")
        for role, person in (("student", "lrn-1"), ("guardian", "grd-1"))
    ]
    await life.several(AcceptOffer(), *signed, ids=("a", "c", "d"), recorded=13)
    await life.idle()
    await life.several(Withdraw(), AcceptOffer(), ids=("e", "f"))
    return life


STORIES: tuple[Story, ...] = (
    complete,
    silent_to_the_end,
    withdrawn,
    extended_with_another_supervisor,
    no_show,
    bounced_and_deferred,
    parked_and_resumed,
    opportunity,
    continued,
    caught_up,
)
