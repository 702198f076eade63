"""`journeywork chaos`: one long trial, or an outage of one component."""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.chaos.killer import away, kill_in_turn
from tests.chaos.report import Report
from tests.chaos.trial import Size, trial_stack, tried

A_MINUTE = 2000
"""Events a minute of the full trial: 10,000 in five."""
STEADY = 20.0
"""Events a second during an outage."""
OUTAGES = ("worker", "temporal", "postgres")


def arguments() -> argparse.ArgumentParser:
    """What the command takes."""
    parser = argparse.ArgumentParser(prog="journeywork chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="minutes of load (default 5)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed, the same people and events (default 7)")
    parser.add_argument("--events", type=int, help=f"events to send (default {A_MINUTE} a minute)")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between kills (default 5)")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--keep", type=Path, help="a folder for data and logs, which stays")
    for component in OUTAGES:
        told = f"instead of killing all in turn, have the {component} away for so many minutes"
        parser.add_argument(f"--{component}-away", type=float, metavar="MINUTES", help=told)
    return parser


async def main(given: argparse.Namespace) -> Report:
    """Run what was asked for."""
    outage = next((one for one in OUTAGES if getattr(given, f"{one}_away")), None)
    folder = given.keep or Path(tempfile.mkdtemp(prefix="journeywork-chaos-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        async with trial_stack(folder) as stack:
            if outage is None:
                events = given.events or int(A_MINUTE * given.minutes)
                size = Size(rate=events / (given.minutes * 60), seconds=given.minutes * 60)
                trouble = partial(kill_in_turn, every=given.every)
                return await tried(stack, folder, size, trouble, mode="one component killed in turn", seed=given.seed)
            minutes = getattr(given, f"{outage}_away")
            size = Size(rate=STEADY, seconds=minutes * 60 + 40, quiet=30.0)
            trouble = partial(_outage, component=outage, seconds=minutes * 60)
            return await tried(stack, folder, size, trouble, mode=f"{outage} away", seed=given.seed)
    finally:
        if given.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


async def _outage(stack: object, ledger: object, *, component: str, seconds: float) -> None:
    await asyncio.sleep(20)
    await away(stack, ledger, component, seconds)  # type: ignore[arg-type]


if __name__ == "__main__":
    chosen = arguments().parse_args()
    made = asyncio.run(main(chosen))
    sys.stdout.write((made.json() if chosen.json else made.text()) + "\n")
    sys.stdout.flush()
    os._exit(0 if made.ok else 1)
