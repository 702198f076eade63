"""What every lifecycle's workflow does with acts: ask the pure core, take its decision wholly, answer and show it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from lifecycle.registry import Decision, Lifecycle, S, begin, decide, facts
    from schemas.acts import Act, Answer, Batch, By, Fact, Refusal, SeveralAnswers
    from schemas.carry import Begin
    from schemas.effects import Effect
    from schemas.naming import SEVERAL
    from schemas.problems import ProblemCode, Refused
    from workflows.attributes import updates
    from workflows.face import face
    from workflows.later import Later
    from workflows.reading import read_act, read_several, refuse
    from workflows.seen import Seen

RESUME = "resume"
"""The Update with which an operator lets a parked lifecycle go on."""


class TakesActs(Generic[S]):
    """State and acts of one lifecycle; a subclass names the lifecycle, its state's type and its acts."""

    lifecycle: ClassVar[Lifecycle[Any]]
    state_type: ClassVar[type[Any]]
    acts: ClassVar[frozenset[str]]

    def begin(self, how: Begin) -> None:
        """Set up from an opening (first run) or from what the last run carried over."""
        self._by, opening, carry = how.by, how.opening, how.carry
        self._shown: tuple[object, ...] | None = None
        self._flush_wanted = False
        self._seen = Seen()
        self._unrecorded: list[Fact] = []
        self._effects: list[Effect] = []
        self._later = Later()
        self._parked: str | None = None
        self._ticked: tuple[datetime, int] | None = None
        if carry is not None:
            self._state: S = self.state_type.model_validate(carry.state)
            self._face = face(self.lifecycle, self._state)
            self._latest = self._state.entered_at
            self._epoch_before = carry.epoch
            self._seen = Seen(carry.seen)
            self._unrecorded = list(carry.unrecorded)
            self._effects = list(carry.effects)
            self._later = Later(carry.deferred)
            self._parked = carry.parked
            self._show()
        elif opening is not None:
            self._epoch_before = 1
            self._take(begin(self.lifecycle, opening.command, opening.at), how.by, opening.at)
        else:
            raise ValueError("a lifecycle begins with an opening or with what its last run carried")

    # --- deciding ---------------------------------------------------------------------------------------------
    def _now(self) -> datetime:
        """The program's clock; it never shows less than what was decided upon."""
        return max(self._state.clock.program_time(workflow.now()), self._latest)

    def _epoch(self) -> int:
        info = workflow.info()
        return self._epoch_before + (info.run_id != info.original_execution_run_id)

    def _take(self, decision: Decision[S], by: By, at: datetime) -> None:
        """Make a decision the state: wholly, or not at all when the core fails in showing it."""
        shown = face(self.lifecycle, decision.state)
        told = facts(decision.state, self.lifecycle.name, self._epoch(), by, decision.events)
        self._state, self._face, self._latest = decision.state, shown, at
        self._unrecorded += told
        self._effects += decision.effects
        self._show()

    def _decide(self, command: Any, by: By, at: datetime) -> None:
        """Decide and take. Raises Refused."""
        self._take(decide(self.lifecycle, self._state, command, at), by, at)

    def _by_itself(self, what: str, do: Callable[[], None]) -> bool:
        """Do what nobody waits for; a fault parks the lifecycle instead of failing its workflow, and gives False."""
        before = self._state.seq
        try:
            do()
        except Refused:
            return True
        except Exception as fault:  # noqa: BLE001 - whatever it is, an operator must see it and people must go on
            self._park(f"{what}: {type(fault).__name__}")
            return False
        self._flush_wanted |= self._state.seq > before
        return True

    def _park(self, what: str) -> None:
        workflow.logger.error("parked", extra={"what": what})
        self._parked = what
        self._show()

    def _show(self) -> None:
        """Tell Temporal UI where the lifecycle stands: details always, search attributes when they matter anew."""
        attributes, story = self._face.attributes, self._face.story
        workflow.set_current_details(f"PARKED ({self._parked})\n\n{story}" if self._parked else story)
        shown = (attributes.state, attributes.overdue, attributes.awaiting, self._parked)
        if self._shown is not None and shown != self._shown:
            workflow.upsert_search_attributes(updates(attributes, parked=self._parked is not None))
        self._shown = shown

    # --- acts -------------------------------------------------------------------------------------------------
    @workflow.update(dynamic=True)
    async def act(self, name: str, args: Sequence[RawValue]) -> Answer | SeveralAnswers:
        """Take one act; its Update is named after the command. Raises ApplicationError, never anything else.

        `several` brings acts that waited in a row. They are taken up to the first that is refused: nobody remembers a
        refusal, so what came after it must not be taken before that is kept.
        """
        if name == RESUME:
            self._parked = self._ticked = None
            self._show()
            return self._answer(duplicate=False).changed(batch=self._batch())
        if name == SEVERAL:
            several = read_several(args, self.acts)
            self._forget(several.recorded)
            return SeveralAnswers(answers=self._settle(several.acts), batch=self._batch())
        asked = read_act(name, args, self.acts)
        duplicate = self._seen.is_repeat(asked)
        self._forget(asked.recorded)
        if not duplicate:
            self._apply(asked)
        return self._answer(duplicate=duplicate).changed(batch=self._batch())

    @act.validator
    def check(self, name: str, args: Sequence[RawValue]) -> None:
        """Refuse an act before it leaves an event. Raises ApplicationError."""
        if name == RESUME:
            return
        if name == SEVERAL:
            read_several(args, self.acts)
            return
        asked = read_act(name, args, self.acts)
        if not self._seen.is_repeat(asked):
            self._try(asked)

    def _try(self, act: Act) -> None:
        """Decide, and change nothing. Raises ApplicationError when it is refused, or a fault would keep it out."""
        try:
            self.lifecycle.decide(self._state, act.command, self._now())
        except Refused as refused:
            refuse(refused.code, refused.message)
        except Exception as fault:  # noqa: BLE001 - a fault must refuse the act, never stick
            refuse("fault", f"{act.command.name}: {type(fault).__name__}")

    def _forget(self, recorded: int) -> None:
        """Facts of the first epoch are kept in Postgres up to here; after a reset that says nothing."""
        if self._epoch() == 1:
            self._unrecorded = [fact for fact in self._unrecorded if fact.seq > recorded]

    def _settle(self, acts: Sequence[Act]) -> tuple[Answer | Refusal, ...]:
        """Take them one after another, up to the first that is refused."""
        answers: list[Answer | Refusal] = []
        for act in acts:
            try:
                duplicate = self._seen.is_repeat(act)
                if not duplicate:
                    self._try(act)
                    self._apply(act)
            except ApplicationError as no:
                return (*answers, Refusal(code=no.type or ProblemCode.FAULT, message=no.message))
            answers.append(self._answer(duplicate=duplicate))
        return tuple(answers)

    def _apply(self, act: Act) -> None:
        name = act.command.name
        try:
            self._decide(act.command, act.by, self._now())
        except Refused as refused:
            refuse(refused.code, refused.message)
        except Exception as fault:  # noqa: BLE001 - as above
            self._park(f"{name}: {type(fault).__name__}")
            refuse("fault", f"{name}: {type(fault).__name__}")
        self._seen.add(act)

    def _answer(self, *, duplicate: bool) -> Answer:
        name, now = self.lifecycle.name, self._state
        return Answer(duplicate=duplicate, lifecycle=name, id=now.id, state=now.state)

    def _batch(self, effects: Sequence[Effect] = ()) -> Batch:
        """All that may not be recorded yet, with the view after it."""
        return Batch(
            lifecycle=self.lifecycle.name,
            id=self._state.id,
            epoch=self._epoch(),
            seq=self._state.seq,
            facts=tuple(self._unrecorded),
            view=self._face.view,
            effects=tuple(effects),
        )
