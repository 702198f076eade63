"""A program for the tests: the embedded servers on `--data` and `--port-base`, without worker and gateway."""

import os
from pathlib import Path

from cyclopts import App

from cli.app import leave
from cli.errors import UserError
from cli.stack.signals import until_signal
from cli.stack.stack import StackSettings, running_stack
from cli.up import show_urls


async def _nothing(_database_url: str, _temporal_address: str) -> None:
    pass


async def _run(settings: StackSettings) -> None:
    async with running_stack(settings, _nothing) as stack:
        show_urls(stack, "default")
        await stack.wait()


async def servers(*, data: Path, port_base: int) -> None:
    without = frozenset({"worker", "gateway"})
    settings = StackSettings(environment=dict(os.environ), data=data, port_base=port_base, without=without)
    await until_signal(_run(settings))


if __name__ == "__main__":
    status = 0
    try:
        App(default_command=servers, result_action="return_value")()
    except UserError as error:
        os.write(2, f"{error}\n".encode())
        status = error.status
    leave(status)
