"""How an act is read, and how it is refused."""

from collections.abc import Sequence
from typing import NoReturn

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from schemas.acts import Act, SeveralActs
from schemas.naming import SEVERAL
from schemas.problems import ProblemCode

FED_BACK = frozenset({"record_bounce"})
"""What became of a message after its lifecycle had let it go: every lifecycle takes it, from the worker alone."""


def refuse(code: str, message: str) -> NoReturn:
    """Answer no to an act. The message holds ids and codes only: failures are kept in the history.

    What led to the refusal is cut off: a validation error repeats what somebody wrote.
    """
    raise ApplicationError(message, type=code, non_retryable=True, category=ApplicationErrorCategory.BENIGN) from None


def read_several(args: Sequence[RawValue], allowed: frozenset[str]) -> SeveralActs:
    """The acts of an Update that brings several. Raises ApplicationError when the lifecycle does not know one."""
    try:
        several: SeveralActs = workflow.payload_converter().from_payload(args[0].payload, SeveralActs)
    except Exception as fault:  # noqa: BLE001 - as below
        refuse(ProblemCode.INVALID, f"update '{SEVERAL}' takes one SeveralActs ({type(fault).__name__})")
    for act in several.acts:
        _allowed(act.command.name, allowed)
    return several


def read_act(name: str, args: Sequence[RawValue], allowed: frozenset[str]) -> Act:
    """The act an Update carries; it is named after the act's command. Raises ApplicationError."""
    try:
        act: Act = workflow.payload_converter().from_payload(args[0].payload, Act)
    except Exception as fault:  # noqa: BLE001 - whatever was sent, the answer is no
        refuse(ProblemCode.INVALID, f"update '{name}' takes one Act ({type(fault).__name__})")
    if act.command.name != name:
        refuse(ProblemCode.INVALID, f"update '{name}' brings '{act.command.name}'; it is named after its act's command")
    _allowed(name, allowed)
    return act


def _allowed(name: str, allowed: frozenset[str]) -> None:
    if name not in allowed | FED_BACK:
        refuse(ProblemCode.INVALID, f"'{name}' is no act; there are {', '.join(sorted(allowed))}")
