"""The Python processes of the stack, and what each is told by its environment."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from cli.stack.guard import guarded
from cli.stack.ports import Ports
from cli.stack.supervise import Child

ROOT = Path(__file__).resolve().parents[2]
DRAINS_WITHIN = {"worker": 45.0}
"""Seconds in which a process may finish what it holds, where the usual grace is short: mail and webhooks are slow."""
ANY_HOST = ("0.0.0.0", "::", "")
FRUGAL = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072"}
"""What glibc is told, unless the caller says otherwise: few heaps, and to give back at once what is free at their ends.

By itself it keeps up to eight for each processor, in which a process that lives long holds more and more free memory.
"""


def python_child(name: str, words: tuple[str, ...], environment: Mapping[str, str]) -> Child:
    """Describe `python -m cli WORDS`; `-P` keeps modules of the caller's folder from being taken for ours."""
    path = filter(None, (str(ROOT), environment.get("PYTHONPATH")))
    return Child(
        name=name,
        command=tuple(guarded([sys.executable, "-P", "-m", "cli", *words])),
        environment={**FRUGAL, **environment, "PYTHONPATH": os.pathsep.join(path), "PYTHONUNBUFFERED": "1"},
        again=f"./journeywork {words[0]}",
        grace=DRAINS_WITHIN.get(name, Child.grace),
    )


def mail_child(data: Path, ports: Ports, environment: Mapping[str, str]) -> Child:
    """Describe the mail catcher on the ports after `ports.gateway`, its mail in `data/mail`."""
    words = ("mailcatcher", "--data", str(data), "--smtp-port", str(ports.smtp), "--web-port", str(ports.mail_web))
    return python_child("mail", words, environment)


def told(
    environment: Mapping[str, str],
    *,
    ports: Ports,
    database: str,
    temporal: str,
    smtp: str,
    api_key: str,
    caught: bool = False,
    temporal_ui: str | None = None,
) -> dict[str, str]:
    """Add to the caller's environment what worker and gateway need.

    Rehearsals are on and webhooks may reach this machine, unless the caller says otherwise.
    Mail that is `caught` wakes nobody: unless the caller says so no hour is quiet, but in rehearsals.
    The stack's own `temporal_ui` may ask for payloads in plain, should they be encrypted.
    """
    return {
        **({"JOURNEYWORK_QUIET_HOURS": "rehearsals"} if caught else {}),
        **({"JOURNEYWORK_TEMPORAL_UI": temporal_ui} if temporal_ui else {}),
        "JOURNEYWORK_REHEARSALS": "on",
        "JOURNEYWORK_WEBHOOKS": "local",
        "JOURNEYWORK_PUBLIC_URL": f"http://127.0.0.1:{ports.gateway}",
        **environment,
        "JOURNEYWORK_PORT": str(ports.gateway),
        "JOURNEYWORK_API_KEY": api_key,
        "DATABASE_URL": database,
        "TEMPORAL_ADDRESS": temporal,
        "SMTP_URL": smtp,
    }


def reached_at(host: str) -> str:
    """Tell where this machine reaches a server that listens on `host`, as it is written in a URL."""
    if host in ANY_HOST:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
