"""How the gateway says no: RFC 9457 problem details, one code each, and which field to put right."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import Field
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException

from records.health import PostgresAwayError
from schemas.base import Frozen
from schemas.problems import STATUS, ProblemCode, Refused

RETRY_SECONDS = 2
MEDIA_TYPE = "application/problem+json"

TITLES: dict[ProblemCode, str] = {
    ProblemCode.INVALID: "Something in the request must be put right",
    ProblemCode.UNKNOWN_TYPE: "No such type of event",
    ProblemCode.TOO_LARGE: "The request is too large",
    ProblemCode.UNAUTHORIZED: "An API key is needed",
    ProblemCode.FORBIDDEN: "The key is not good for this",
    ProblemCode.NOT_FOUND: "There is no such thing",
    ProblemCode.NOT_ALLOWED_NOW: "Not possible in the present state",
    ProblemCode.NOT_AWAITED: "This is not asked of this person",
    ProblemCode.ALREADY_ANSWERED: "It was answered already",
    ProblemCode.ALREADY_EXISTS: "It exists already",
    ProblemCode.CLOSED: "It has ended",
    ProblemCode.CONFLICT: "The same id came before with another content",
    ProblemCode.GONE: "It is no longer there",
    ProblemCode.FAULT: "A fault of ours kept it from happening",
    ProblemCode.TOO_MANY: "Too much is asked at once",
    ProblemCode.UNAVAILABLE: "Please try again in a moment",
}


class FieldProblem(Frozen):
    """One thing to put right: where (`data.start`, `subject`, `limit`), and what is wrong and would be right."""

    field: str = Field(examples=["data.start"])
    message: str = Field(examples=["is missing; send the first day at the worksite, such as 2027-07-06"])


class Problem(Frozen):
    """RFC 9457 problem details. `code` is the machine word; `errors` name fields."""

    type: str = Field(examples=["urn:journeywork:problem:invalid"])
    title: str
    status: int = Field(examples=[422])
    detail: str
    code: str = Field(examples=["invalid"])
    errors: tuple[FieldProblem, ...] = ()
    duplicate: bool | None = Field(default=None, description="true when this is the answer to an event sent before")


class ProblemError(Exception):
    """A request is refused before or instead of a lifecycle's answer."""

    def __init__(
        self,
        code: ProblemCode,
        detail: str = "",
        *,
        errors: Iterable[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
        status: int | None = None,
    ) -> None:
        self.code = code
        self.errors = tuple(errors)
        self.detail = detail or "; ".join(f"{one.field}: {one.message}" for one in self.errors)
        self.headers = dict(headers or {})
        self.status = status or STATUS[code]
        super().__init__(code)

    @property
    def problem(self) -> Problem:
        """The body to answer with."""
        return problem(self.code, self.detail, errors=self.errors, status=self.status)


def problem(
    code: ProblemCode,
    detail: str,
    *,
    errors: Iterable[FieldProblem] = (),
    status: int | None = None,
    duplicate: bool | None = None,
) -> Problem:
    """Problem details for a code."""
    return Problem(
        type=f"urn:journeywork:problem:{code}",
        title=TITLES[code],
        status=status or STATUS[code],
        detail=detail,
        code=code,
        errors=tuple(errors),
        duplicate=duplicate,
    )


def of_refusal(code: ProblemCode, message: str, *, duplicate: bool | None = None) -> Problem:
    """A lifecycle's refusal. When it names a field (`end: ...`), so do the errors."""
    field, colon, rest = message.partition(": ")
    named = code is ProblemCode.INVALID and colon and field.isidentifier()
    errors = (FieldProblem(field=f"data.{field}", message=rest),) if named else ()
    return problem(code, message, errors=errors, duplicate=duplicate)


def answer(said: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """A problem as an HTTP answer."""
    return JSONResponse(
        said.model_dump(mode="json", exclude_none=True),
        said.status,
        dict(headers or {}),
        media_type=MEDIA_TYPE,
    )


def invalid(field: str, message: str) -> ProblemError:
    """One field is wrong."""
    return ProblemError(ProblemCode.INVALID, errors=[FieldProblem(field=field, message=message)])


def away() -> ProblemError:
    """Postgres is away: nothing was kept."""
    return ProblemError(
        ProblemCode.UNAVAILABLE,
        "the database cannot be reached; nothing was kept, send it again",
        headers={"Retry-After": str(RETRY_SECONDS)},
    )


def worded(error: ErrorDetails) -> str:
    """What pydantic found wrong, without the value."""
    kind = error["type"]
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "is not known here"
    text = error["msg"].removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": HTTPStatus(status).phrase}
    for status in (401, 403, 404, 409, 413, 422, 429, 503)
}


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route's documentation says of these statuses; where a key is needed, one may lack the scope."""
    known = {403, *statuses} if 401 in statuses else statuses
    return {status: RESPONSES[status] for status in sorted(known)}


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc[1:]) or str(loc[0])


async def _said(_: Request, error: Exception) -> Response:
    if isinstance(error, PostgresAwayError):
        error = away()
    if isinstance(error, ProblemError):
        return answer(error.problem, error.headers)
    if isinstance(error, Refused):
        return answer(of_refusal(error.code, error.message))
    if isinstance(error, RequestValidationError):
        found = [FieldProblem(field=_place(one["loc"]), message=worded(one)) for one in error.errors()]
        return answer(ProblemError(ProblemCode.INVALID, errors=found).problem)
    if isinstance(error, HTTPException):
        code = ProblemCode.NOT_FOUND if error.status_code == HTTPStatus.NOT_FOUND else ProblemCode.INVALID
        said = Problem(
            type="about:blank", title=str(error.detail), status=error.status_code, detail=str(error.detail), code=code
        )
        return answer(said, error.headers)
    raise error


def install(app: FastAPI) -> None:
    """Let every refusal leave the application as problem details."""
    for kind in (ProblemError, PostgresAwayError, Refused, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _said)
