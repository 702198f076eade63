"""`journeywork up`: the whole stack, until ctrl-C."""

import os
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from cyclopts import Parameter
from rich.console import Console

from cli.stack.ports import DEFAULT_BASE
from cli.stack.signals import until_signal
from cli.stack.stack import Process, Stack, StackSettings, running_stack

VIEWS = {"open": 'ExecutionStatus="Running"', "overdue": "Overdue=true", "parked": "Parked=true"}
"""Ready-made lists of the Temporal UI: what to call it, and its query."""


async def up(
    *,
    port_base: Annotated[
        int, Parameter(help="First of six ports: gateway, mail, SMTP, Postgres, Temporal, its UI.")
    ] = (DEFAULT_BASE),
    data: Annotated[Path, Parameter(help="Folder that keeps everything between starts.")] = Path(".data"),
    without: Annotated[
        tuple[Process, ...], Parameter(help="Leave this process out, to start it by hand.", negative="")
    ] = (),
) -> None:
    """Bring the whole stack up and keep it running; ctrl-C stops everything.

    DATABASE_URL, TEMPORAL_ADDRESS and SMTP_URL, when set, name servers to use instead of the embedded ones.
    """
    settings = StackSettings(environment=dict(os.environ), data=data, port_base=port_base, without=frozenset(without))
    await until_signal(_run(settings))


async def _run(settings: StackSettings) -> None:
    async with running_stack(settings) as stack:
        show_urls(stack, settings.environment.get("TEMPORAL_NAMESPACE") or "default")
        try:
            await stack.wait()
        finally:
            print("stopping ...", file=sys.stderr)


def show_urls(stack: Stack, namespace: str) -> None:
    """Print where everything answers, and the API key if this start made it."""
    urls = stack.urls
    lines = {
        "gateway": urls.gateway,
        "console": f"{urls.gateway}/console" if urls.gateway else None,
        "API": urls.docs,
        "mail": urls.mail,
        "Temporal": urls.temporal_ui,
        **{
            f"  {name}": f"{urls.temporal_ui}/namespaces/{namespace}/workflows?query={quote(query)}"
            for name, query in VIEWS.items()
            if urls.temporal_ui
        },
        "API key": f"{stack.api_key} (made at this start, kept in the data folder)" if stack.api_key_is_new else None,
    }
    console = Console(highlight=False, soft_wrap=True)
    console.print("\n[bold]Journeywork is up.[/bold] ctrl-C stops everything.\n")
    for name, value in lines.items():
        if value:
            console.print(f"  {name:<12} {value}", markup=False)
    console.print()
