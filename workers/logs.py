"""Logging for every process: one line an event, ids and codes only. Fields outside the allow-list are dropped."""

import logging
import sys
from typing import Any, cast

import structlog
from structlog.types import EventDict, WrappedLogger

ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "logger",
        "part",
        "lifecycle",
        "id",
        "placement_id",
        "opportunity_id",
        "request_id",
        "event_id",
        "type",
        "key",
        "message_kind",
        "outcome",
        "reason",
        "code",
        "status",
        "method",
        "route",
        "ms",
        "attempt",
        "count",
        "error",
        "what",
        "workflow_id",
        "address",
        "port",
        "version",
        "exc_info",
    }
)
"""What may stand in a log line: an allow-list, so that a new field is silent until somebody thought about it."""


def _only_allowed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {name: value for name, value in event.items() if name in ALLOWED or name.startswith("_")}


def _error_by_type(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Tell an exception by its type and place: its text may quote what a person typed."""
    info: object = event.pop("exc_info", None)
    error = info if isinstance(info, BaseException) else sys.exc_info()[1] if info is True else _second(info)
    if error is not None:
        last = error.__traceback__
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        place = f" at {last.tb_frame.f_code.co_name}:{last.tb_lineno}" if last else ""
        event["error"] = f"{type(error).__name__}{place}"
    return event


def _second(info: object) -> BaseException | None:
    parts = cast("tuple[object, ...]", info) if isinstance(info, tuple) else ()
    error = parts[1] if len(parts) == 3 else None
    return error if isinstance(error, BaseException) else None


def set_up_logs(*, pretty: bool | None = None) -> None:
    """Send structlog's and the libraries' log lines to stderr: readable on a terminal, JSON elsewhere."""
    pretty = sys.stderr.isatty() if pretty is None else pretty
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso"),
        _error_by_type,
    ]
    shown = structlog.dev.ConsoleRenderer(colors=True) if pretty else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _only_allowed, shown],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for noisy in ("temporalio.activity", "httpx2", "uvicorn.access", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
