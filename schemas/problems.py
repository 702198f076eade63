"""Every way Journeywork says no, as one list.

Translated at the edges: RFC 9457 over HTTP, ApplicationError at Temporal, one line at the CLI.
"""

from enum import StrEnum


class ProblemCode(StrEnum):
    """The machine word of a problem; the number of its HTTP status stands in `STATUS`."""

    INVALID = "invalid"
    UNKNOWN_TYPE = "unknown_type"
    TOO_LARGE = "too_large"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    NOT_ALLOWED_NOW = "not_allowed_now"
    NOT_AWAITED = "not_awaited"
    ALREADY_ANSWERED = "already_answered"
    ALREADY_EXISTS = "already_exists"
    CLOSED = "closed"
    CONFLICT = "conflict"
    GONE = "gone"
    FAULT = "fault"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"


STATUS: dict[ProblemCode, int] = {
    ProblemCode.INVALID: 422,
    ProblemCode.UNKNOWN_TYPE: 422,
    ProblemCode.TOO_LARGE: 413,
    ProblemCode.UNAUTHORIZED: 401,
    ProblemCode.FORBIDDEN: 403,
    ProblemCode.NOT_FOUND: 404,
    ProblemCode.NOT_ALLOWED_NOW: 409,
    ProblemCode.NOT_AWAITED: 409,
    ProblemCode.ALREADY_ANSWERED: 409,
    ProblemCode.ALREADY_EXISTS: 409,
    ProblemCode.CLOSED: 409,
    ProblemCode.CONFLICT: 409,
    ProblemCode.GONE: 410,
    ProblemCode.FAULT: 409,
    ProblemCode.TOO_MANY: 429,
    ProblemCode.UNAVAILABLE: 503,
}


class Refused(Exception):  # noqa: N818 - the lifecycle refuses; it is an answer, not a fault
    """A lifecycle says no to a command. Carries a code and one sentence without personal data."""

    def __init__(self, code: ProblemCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
