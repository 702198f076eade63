"""How an act is read, and how it is refused."""

from collections.abc import Sequence
from typing import NoReturn

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from schemas.acts import Act
from schemas.problems import ProblemCode

FED_BACK = frozenset({"record_bounce"})
"""What became of a message after its lifecycle had let it go: every lifecycle takes it, from the worker alone."""


def refuse(code: str, message: str) -> NoReturn:
    """Answer no to an act. The message holds ids and codes only: failures are kept in the history.

    What led to the refusal is cut off: a validation error repeats what somebody wrote.
    """
    raise ApplicationError(message, type=code, non_retryable=True, category=ApplicationErrorCategory.BENIGN) from None


def read_act(name: str, args: Sequence[RawValue], allowed: frozenset[str]) -> Act:
    """The act an Update carries; it is named after the act's command. Raises ApplicationError."""
    try:
        act: Act = workflow.payload_converter().from_payload(args[0].payload, Act)
    except Exception as fault:  # noqa: BLE001 - whatever was sent, the answer is no
        refuse(ProblemCode.INVALID, f"update '{name}' takes one Act ({type(fault).__name__})")
    if act.command.name != name or name not in allowed | FED_BACK:
        refuse(ProblemCode.INVALID, f"'{name}' is no act; there are {', '.join(sorted(allowed))}")
    return act
