"""Which port belongs to which part of the embedded stack, and whether it is free."""

import socket
import sys
from collections.abc import Iterable

from cli.errors import UserError
from schemas.base import Frozen

DEFAULT_BASE = 8800
SPAN = 6
LOWEST, HIGHEST = 1024, 65535 - SPAN + 1

PARTS = {
    "gateway": "the gateway",
    "mail_web": "the mail catcher's page",
    "smtp": "the mail catcher's SMTP",
    "postgres": "Postgres",
    "temporal": "Temporal",
    "temporal_ui": "the Temporal UI",
}


class Ports(Frozen):
    """The six ports of one stack; all are on 127.0.0.1."""

    gateway: int
    mail_web: int
    smtp: int
    postgres: int
    temporal: int
    temporal_ui: int

    @classmethod
    def from_base(cls, base: int = DEFAULT_BASE) -> "Ports":
        """Ports counted up from `base`, as `--port-base` says. Raises UserError when they do not fit."""
        if not LOWEST <= base <= HIGHEST:
            raise UserError(f"--port-base must be between {LOWEST} and {HIGHEST}; it is {base}.")
        return cls(**{part: base + offset for offset, part in enumerate(PARTS)})


def is_free(port: int) -> bool:
    """Whether nothing listens on this port of 127.0.0.1 and we may listen there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port that is free at this moment, for tests."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def check_free(port: int, part: str, *, fix: str = "choose other ports with --port-base N") -> None:
    """Raise UserError in one line when `port`, wanted for `part`, is in use; `fix` says what else one can do."""
    if is_free(port):
        return
    look = f"ss -ltnp 'sport = :{port}'" if sys.platform == "linux" else f"lsof -nP -iTCP:{port} -sTCP:LISTEN"
    raise UserError(f"port {port} for {part} is in use. Stop what uses it ({look}), or {fix}.")


def check_all_free(ports: Ports, needed: Iterable[str]) -> None:
    """Check each needed port, named by its field of `Ports`; raise UserError for the first that is in use."""
    for part in needed:
        check_free(getattr(ports, part), PARTS[part])
