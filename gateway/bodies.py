"""Reading what a request carries, up to a limit: the rest is never read."""

from fastapi import Request
from starlette.requests import ClientDisconnect

from gateway.problems import ProblemError, invalid
from schemas.problems import ProblemCode


async def read_body(request: Request, limit: int) -> bytes:
    """The body, at most `limit` bytes, whether its length was announced or not.

    Raises ProblemError (413) as soon as it is longer.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > limit:
                raise _too_large(limit)
            parts.append(part)
    except ClientDisconnect:
        raise invalid("(body)", "did not arrive whole") from None
    return b"".join(parts)


def _too_large(limit: int) -> ProblemError:
    return ProblemError(
        ProblemCode.TOO_LARGE, f"the body is larger than {limit // 1024} KB", headers={"Connection": "close"}
    )
