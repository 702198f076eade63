"""The `journeywork` command: a table of commands, each loaded only when it is called."""

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from difflib import get_close_matches
from typing import NoReturn

from cyclopts import App, CycloptsError

from cli.errors import UserError

COMMANDS = {
    "demo": ("cli.demo.command:demo", "Play a whole summer on the real stack, a day a second."),
    "rehearse": ("cli.rehearse.command:rehearse", "Run a whole season of a program with people who are people."),
    "up": ("cli.up:up", "Bring the whole stack up and keep it running."),
    "test": ("cli.test:test", "Run every test; extra arguments go to pytest."),
    "chaos": ("cli.chaos:chaos", "Kill parts of a loaded stack in turn, and check that nothing is lost."),
    "import": (
        "cli.importing:import_",
        "Import directory data: oneroster DIR; employers, opportunities or calendars CSV.",
    ),
    "events send": ("cli.events:send", "Send one CloudEvent or a list of them."),
    "events types": ("cli.event_types:types", "List the types of events that may be sent, or show one."),
    "events status": ("cli.inbox:status", "Tell what became of an event, or what waits to be delivered."),
    "events dead": ("cli.inbox:dead", "List events that were refused or parked, with the reason."),
    "events replay": ("cli.inbox:replay", "Deliver refused or parked events again, and tell what became of each."),
    "placements list": ("cli.placements:list_", "List placements: where each stands and who is awaited."),
    "placements show": ("cli.placements:show", "Show one placement with every request and its deadlines."),
    "placements timeline": ("cli.placements:timeline", "Tell one placement's story, step by step."),
    "placements document": (
        "cli.placements:document",
        "Write a placement's agreement, evaluation, hours or certificate as a PDF.",
    ),
    "opportunities list": (
        "cli.opportunities:list_",
        "List opportunities: free seats and who is awaited.",
    ),
    "opportunities show": ("cli.opportunities:show", "Show one opportunity with every request and its deadlines."),
    "opportunities timeline": ("cli.opportunities:timeline", "Tell one opportunity's story, step by step."),
    "partnerships list": ("cli.partnerships:list_", "List partnerships: where each host stands and who is awaited."),
    "partnerships show": ("cli.partnerships:show", "Show one partnership with every request and its deadlines."),
    "partnerships timeline": ("cli.partnerships:timeline", "Tell one partnership's story, step by step."),
    "incidents list": ("cli.incidents:list_", "List incidents: how severe each is and who is awaited."),
    "incidents show": ("cli.incidents:show", "Show one incident with every request and its deadlines."),
    "incidents timeline": ("cli.incidents:timeline", "Tell one incident's story, step by step."),
    "people duplicates": ("cli.duplicates:show", "List people who may be in the directory twice."),
    "people same": ("cli.duplicates:same", "Keep that two ids are one person, and which id stays; nothing is merged."),
    "people different": ("cli.duplicates:different", "Keep that two ids are two people; they are proposed no more."),
    "people erase": ("cli.people:erase", "Erase a person; without --yes show what that would do."),
    "people erased": ("cli.people:erased", "List who was erased, by the id, to keep beside backups."),
    "people export": ("cli.people:export", "Write everything that is held about a person into a folder or a zip file."),
    "people hold": ("cli.people:hold", "Keep what is held about a person, whatever is asked."),
    "people release": ("cli.people:release", "Lift a hold."),
    "retention run": ("cli.retention:run", "Take away what has been kept long enough."),
    "programs check": ("cli.programs:check", "Check a program file."),
    "programs preview": ("cli.preview:preview", "Show what a program asks on real days, and what silence comes to."),
    "programs schema": ("cli.programs:schema", "Print the JSON Schema of program files."),
    "programs adopt": (
        "cli.program_changes:adopt",
        "Let live placements go on by the program's version in the catalogue.",
    ),
    "programs pause": ("cli.program_changes:pause", "Pause every live placement of a program for some days."),
    "forms check": ("cli.forms:check", "Check form files."),
    "forms show": ("cli.forms:show", "Show a form in the terminal."),
    "messages preview": ("cli.messages:preview", "Show every mail that people get, with sample data."),
    "rules check": ("cli.rules:check", "Check a pack of youth-employment rules."),
    "rules explain": ("cli.rules:explain", "Say which youth-employment limits apply at an age on a day."),
    "keys create": ("cli.keys:create", "Make a key of the API for one system, and for some things only."),
    "keys list": ("cli.keys:list_", "List the keys: what each opens, until when, and when it was last used."),
    "keys rotate": ("cli.keys:rotate", "Give a key a second secret; the old one ends some days later."),
    "keys revoke": ("cli.keys:revoke", "Let a key open nothing any more."),
    "audit disclosures": ("cli.audit:shown", "List whose records were shown to whom, and why."),
    "audit acts": ("cli.audit:done", "List what people in charge did."),
    "webhooks list": ("cli.webhooks:list_", "List webhooks: where events are sent, and what waits."),
    "webhooks create": ("cli.webhooks:create", "Send events to a URL from now on; shows the secret, once."),
    "webhooks show": ("cli.webhooks:show", "Show one webhook."),
    "webhooks change": ("cli.webhooks:change", "Change a webhook, or switch it off and on."),
    "webhooks delete": ("cli.webhooks:delete", "Delete a webhook, with what waits and its log."),
    "webhooks rotate": ("cli.webhooks:rotate", "Add a secret and show it, once; the others sign for a while."),
    "webhooks retire": ("cli.webhooks:retire", "Sign with a secret no more."),
    "webhooks deliveries": ("cli.webhooks:deliveries", "Show what became of deliveries, try by try."),
    "webhooks redeliver": (
        "cli.webhooks:redeliver",
        "Send events once more: one, those given up, or a stretch of time.",
    ),
    "webhooks test": ("cli.webhooks:try_", "Send a test event and say what the receiver answered."),
    "worker": ("cli.processes:worker", "Run workflows and activities alone."),
    "gateway": ("cli.processes:gateway", "Run the HTTP gateway alone."),
    "mailcatcher": ("cli.mail:mailcatcher", "Run the mail catcher alone."),
    "migrate": ("cli.chores:migrate", "Bring the database and the Temporal namespace up to date."),
    "doctor": ("cli.chores:doctor", "Ask every part of a running stack how it is."),
    "backup": ("cli.backup.command:backup", "Write everything a stack keeps into one file."),
    "restore": ("cli.backup.command:restore", "Put back what a backup holds."),
    "reset": ("cli.chores:reset", "Delete what a stopped stack keeps."),
}
GROUPS = {
    "events": "Events that come in: sent, followed, replayed.",
    "placements": "Look at placements.",
    "opportunities": "Look at what hosts offer.",
    "partnerships": "Look at where hosts stand.",
    "incidents": "Look at incidents.",
    "people": "What is held about people, and who may be there twice.",
    "retention": "How long data is kept.",
    "programs": "Programs as data.",
    "forms": "Forms as data.",
    "messages": "What people are written.",
    "rules": "Youth-employment law as data.",
    "keys": "Who may call the API.",
    "audit": "Who was shown what, and who did what.",
    "webhooks": "Events that go out.",
}
"""Command name to `module:function` and the line that --help shows.

A function may be async. It returns None, or an exit status as int.
"""


def make_app() -> App:
    """Build the command line from the table; no command's module is imported yet."""
    app = App(
        name="journeywork",
        help="Runs work-based-learning placements: every step, every deadline, every signature.",
        version_flags=[],
        result_action="return_value",
        print_error=False,
        exit_on_error=False,
    )
    groups = {name: App(name=name, help=line, version_flags=[]) for name, line in GROUPS.items()}
    for group in groups.values():
        app.command(group)
    for words, (place, line) in COMMANDS.items():
        group, _, name = words.rpartition(" ")
        (groups[group] if group else app).command(place, name=name, help=line)
    return app


def run(words: Sequence[str]) -> int:
    """Run one command line and return its exit status; a mistake is told in one line on stderr, with status 2."""
    if unknown := _unknown_command(words):
        return _told(unknown, 2)
    try:
        result = make_app()(list(words))
    except UserError as error:
        return _told(str(error), error.status)
    except CycloptsError as error:
        return _told(_one_line(str(error)) + " See --help.", 2)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _forget_stdout()
        return 0
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except Exception:  # noqa: BLE001 - a fault of ours: shown whole, and we still leave by the one safe way
        traceback.print_exc()
        return 1
    return result if isinstance(result, int) else 0


def leave(status: int) -> NoReturn:
    """End the process. Once temporalio is loaded the interpreter's own exit can crash, so that is skipped."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    if "temporalio" in sys.modules:
        os._exit(status)
    sys.exit(status)


def _unknown_command(words: Sequence[str]) -> str | None:
    """Say so when the words name no command; cyclopts would load every command's module to say it."""
    named = [word for word in words[:2] if not word.startswith("-")]
    name = " ".join(named[: 2 if named and named[0] in GROUPS else 1])
    if not named or words[0] != named[0] or name in COMMANDS or name in GROUPS:
        return None
    near = get_close_matches(name, COMMANDS, n=1)
    return f"there is no command {name!r}." + (f" Did you mean {near[0]!r}?" if near else "") + " See --help."


def _told(line: str, status: int) -> int:
    print(f"journeywork: {line}", file=sys.stderr)
    return status


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _forget_stdout() -> None:
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
