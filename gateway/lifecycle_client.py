"""How the gateway reaches the lifecycles: a narrow port, and its Temporal side."""

from datetime import timedelta
from typing import NamedTuple, Protocol, TypeVar
from uuid import uuid4

from temporalio.client import (
    Client,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from lifecycle.registry import BY_OPENING
from lifecycle.registry import begin as begun
from schemas.acts import Act, Answer, Batch, Refusal, SeveralActs, SeveralAnswers
from schemas.base import Frozen, LifecycleName
from schemas.carry import Begin
from schemas.foreseen import Foresee, Foreseen
from schemas.foreseen_case import CaseForeseen, ForeseeCase
from schemas.incident import IncidentOpening
from schemas.naming import LIFECYCLE_QUEUE, SEVERAL, WORKFLOW_TYPES, workflow_id
from schemas.problems import ProblemCode, Refused
from workflows.attributes import at_start

T = TypeVar("T")

OPENED_BY = "opened_by"
"""The memo that tells whose opening a running lifecycle comes from."""


MAX_ACT_BYTES = 512 * 1024
"""The most that an act may weigh: at 2 MB a workflow would try its task again and again, and take nothing else."""


class UnknownOutcomeError(Exception):
    """It may have happened or not; ask again with the same id."""


class NoLifecycleError(Exception):
    """No lifecycle of that id takes acts: it never began, or it has ended."""


class Settled(NamedTuple):
    """What came of the first of several acts, in their order, and the batch after them; the others wait still."""

    outcomes: list[Answer | Refused]
    batch: Batch | None


class LifecycleClient(Protocol):
    """Starts lifecycles and brings them acts. `seconds` is how long an answer is waited for."""

    async def start(self, lifecycle: LifecycleName, id_: str, begin: Begin, opened_by: str, seconds: float) -> None:
        """Start a lifecycle; starting again with the same `opened_by` changes nothing.

        Raises Refused when it was started by another opening; UnknownOutcomeError.
        """
        ...

    async def update(self, lifecycle: LifecycleName, id_: str, act: Act, seconds: float) -> Answer:
        """Bring an act; the same act again gives the same answer.

        Raises Refused when the lifecycle says no; NoLifecycleError; UnknownOutcomeError.
        """
        ...

    async def update_several(self, lifecycle: LifecycleName, id_: str, several: SeveralActs, seconds: float) -> Settled:
        """Bring acts in their order, each as if it came alone, up to the first refusal. Raises as `update`, for all."""
        ...

    async def foresee(self, placement_id: str, asked: Foresee, seconds: float) -> Foreseen:
        """What a command would change; nothing happens. Raises NoLifecycleError; UnknownOutcomeError."""
        ...

    async def foresee_case(
        self, lifecycle: LifecycleName, id_: str, asked: ForeseeCase, seconds: float
    ) -> CaseForeseen:
        """The same in numbers, of an offer, a partnership or an incident."""
        ...


class TemporalLifecycleClient:
    """Lifecycles as Temporal workflows: an opening starts one, an act is an Update named after its command."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def start(self, lifecycle: LifecycleName, id_: str, begin: Begin, opened_by: str, seconds: float) -> None:
        """See LifecycleClient. Needs no worker."""
        opening = begin.opening
        if opening is None:
            raise ValueError("a lifecycle is started with an opening")
        if isinstance(opening, IncidentOpening):
            raise TypeError("an incident's case is opened by its placement")
        kind = BY_OPENING[type(opening)]
        state = begun(kind, opening.command, opening.at).state
        attributes = kind.attributes(state)
        try:
            await self._client.start_workflow(
                WORKFLOW_TYPES[lifecycle],
                begin,
                id=workflow_id(lifecycle, id_),
                task_queue=LIFECYCLE_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                memo={OPENED_BY: opened_by},
                search_attributes=at_start(attributes),
                static_summary=f"{lifecycle} {id_}, {attributes.program}",
                static_details=kind.details(state),
                rpc_timeout=timedelta(seconds=seconds),
            )
        except WorkflowAlreadyStartedError:
            await self._check_opener(lifecycle, id_, opened_by, seconds)
        except RPCError as error:
            if error.status is not RPCStatusCode.ALREADY_EXISTS:
                raise _outcome_of(error) from error
            await self._check_opener(lifecycle, id_, opened_by, seconds)

    async def _check_opener(self, lifecycle: LifecycleName, id_: str, opened_by: str, seconds: float) -> None:
        handle = self._client.get_workflow_handle(workflow_id(lifecycle, id_))
        try:
            memo = await (await handle.describe(rpc_timeout=timedelta(seconds=seconds))).memo()
        except RPCError as error:
            raise UnknownOutcomeError from error
        if memo.get(OPENED_BY) != opened_by:
            raise Refused(ProblemCode.ALREADY_EXISTS, f"{lifecycle} {id_} was opened already, by another event")

    async def update(self, lifecycle: LifecycleName, id_: str, act: Act, seconds: float) -> Answer:
        """See LifecycleClient. Without a worker the outcome stays unknown; too large an act would stick in Temporal."""
        return await self._updated(
            workflow_id(lifecycle, id_), act, Answer, name=act.command.name, update=act.id, seconds=seconds
        )

    async def update_several(self, lifecycle: LifecycleName, id_: str, several: SeveralActs, seconds: float) -> Settled:
        """See LifecycleClient. Each try is an Update of its own: Temporal would repeat an answer that is out of date.

        What was taken before is known by the acts' ids.
        """
        update = uuid4().hex
        said = await self._updated(
            workflow_id(lifecycle, id_), several, SeveralAnswers, name=SEVERAL, update=update, seconds=seconds
        )
        outcomes = [_refused(one.code, one.message) if isinstance(one, Refusal) else one for one in said.answers]
        return Settled(outcomes, said.batch)

    async def _updated(
        self, workflow: str, asked: Frozen, answer: type[T], *, name: str, update: str, seconds: float
    ) -> T:
        if len(asked.model_dump_json()) > MAX_ACT_BYTES:
            raise Refused(ProblemCode.TOO_LARGE, f"'{name}' is larger than {MAX_ACT_BYTES // 1024} KB; say it in parts")
        handle = self._client.get_workflow_handle(workflow)
        try:
            return await handle.execute_update(
                name, asked, id=update, result_type=answer, rpc_timeout=timedelta(seconds=seconds)
            )
        except WorkflowUpdateFailedError as error:
            raise _refusal(error.cause) from error
        except WorkflowUpdateRPCTimeoutOrCancelledError as error:
            raise UnknownOutcomeError from error
        except RPCError as error:
            raise _outcome_of(error) from error

    async def foresee(self, placement_id: str, asked: Foresee, seconds: float) -> Foreseen:
        """See LifecycleClient. A Query: it leaves nothing in the history, and needs a worker."""
        return await self._asked("placement", placement_id, asked, Foreseen, seconds)

    async def foresee_case(
        self, lifecycle: LifecycleName, id_: str, asked: ForeseeCase, seconds: float
    ) -> CaseForeseen:
        """See LifecycleClient. A Query, as above."""
        return await self._asked(lifecycle, id_, asked, CaseForeseen, seconds)

    async def _asked(
        self, lifecycle: LifecycleName, id_: str, asked: Foresee | ForeseeCase, answer: type[T], seconds: float
    ) -> T:
        handle = self._client.get_workflow_handle(workflow_id(lifecycle, id_))
        try:
            return await handle.query("foresee", asked, result_type=answer, rpc_timeout=timedelta(seconds=seconds))
        except WorkflowQueryFailedError as error:
            raise UnknownOutcomeError from error
        except RPCError as error:
            raise (NoLifecycleError if error.status is RPCStatusCode.NOT_FOUND else UnknownOutcomeError) from error


def _refusal(cause: BaseException | None) -> Exception:
    """What a failed Update means: the lifecycle's no, a fault for an operator, or nothing certain."""
    if not isinstance(cause, ApplicationError) or cause.type is None:
        return UnknownOutcomeError()
    return _refused(cause.type, cause.message) if cause.type in set(ProblemCode) else UnknownOutcomeError()


def _refused(code: str, message: str) -> Refused:
    """Raises ValueError when the code is none of ours."""
    if code == ProblemCode.FAULT:
        told = f"a fault kept it from happening ({message}); an operator can replay it once that is mended"
        return Refused(ProblemCode.FAULT, told)
    return Refused(ProblemCode(code), message)


def _outcome_of(error: RPCError) -> Exception:
    if error.status is RPCStatusCode.NOT_FOUND:
        return NoLifecycleError()
    if error.status is RPCStatusCode.INVALID_ARGUMENT:
        return Refused(ProblemCode.INVALID, "Temporal does not take it: it is malformed or too large")
    return UnknownOutcomeError()
