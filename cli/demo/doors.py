"""Where to go in: links while it is played, and at its end."""

import shlex
from pathlib import Path
from urllib.parse import quote

from rich.console import Console

from cli.demo.play import Play
from cli.stack.stack import Stack

COORDINATOR = "yolanda.fitch@example.org"
"""Of the sample's district; sees every placement in the console."""

YOURS = "a supervisor's evaluation, yours to send"


def show_doors(console: Console, stack: Stack, evaluation: str | None) -> None:
    """Where to go in while it is played; `evaluation` is a supervisor's that nobody plays."""
    console.print("\nOpen meanwhile")
    _print(
        console,
        {
            YOURS: evaluation,
            "the console of their staff": f"{stack.urls.gateway}/console",
            f"  sign in as {COORDINATOR}": "with the link in the mails",
            "the mails they get": stack.urls.mail,
            "Temporal UI": stack.urls.temporal_ui,
            "  who is late just now": lists(stack).get("temporal_overdue"),
        },
    )
    console.print()


def show_evaluation(console: Console, link: str) -> None:
    """The evaluation that is left to the visitor, when its link comes after the others."""
    _print(console, {YOURS: link})


def lists(stack: Stack) -> dict[str, str]:
    """Ready-made lists of Temporal UI."""
    if not stack.urls.temporal_ui:
        return {}
    base = f"{stack.urls.temporal_ui}/namespaces/default/workflows?query="
    return {
        "temporal_completed": base + quote('State="completed"'),
        "temporal_overdue": base + quote("Overdue=true"),
        "temporal_one_host": base + quote('Host="hst-4002"'),
    }


def show_next(console: Console, stack: Stack, play: Play, data: Path) -> None:
    """Where to look once it has been played. Only lists that show something are named."""
    ready = lists(stack)
    late = [play.visit, *play.progress.values()]
    console.print("\nWhere to look next")
    _print(
        console,
        {
            **_visitors(stack, play),
            "the mails they got": stack.urls.mail,
            "the console of their staff": f"{stack.urls.gateway}/console",
            f"  sign in as {COORDINATOR}": "with the link in the mails",
            "  one with its evaluations": _first(
                play, f"{stack.urls.gateway}/console/placements/", outcome="completed"
            ),
            "Temporal UI: completed": ready.get("temporal_completed"),
            "Temporal UI: late": ready.get("temporal_overdue")
            if any(one.view.get("overdue") for one in late)
            else None,
            "Temporal UI: one host": ready.get("temporal_one_host"),
            **_story(stack, play, data),
            "the API": stack.urls.docs,
        },
    )


def _visitors(stack: Stack, play: Play) -> dict[str, str | None]:
    """The evaluation that is left to the visitor or, when it has been sent, what it set going."""
    place = f"{stack.urls.gateway}/console/placements/{play.visit.part.placement_id}"
    if play.visitor_has_answered:
        return {"what your evaluation set going": place}
    return {
        YOURS: play.visitors_link,
        "  then see what it set going": place if play.visitors_link else None,
    }


def _first(play: Play, base: str, *, outcome: str) -> str | None:
    found = next((id_ for id_, one in play.progress.items() if one.outcome == outcome), None)
    return None if found is None else base + found


def _story(stack: Stack, play: Play, data: Path) -> dict[str, str]:
    some = next((id_ for id_, one in play.progress.items() if one.part.script.name == "never_returned"), None)
    if some is None:
        return {}
    where = "" if data == Path(".data") else f" --data {shlex.quote(str(data))}"
    return {
        "one story, step by step": f"./journeywork placements timeline {some}{where}",
        "  the same in Temporal UI": f"{stack.urls.temporal_ui}/namespaces/default/workflows/placement%2F{some}",
    }


def _print(console: Console, doors: dict[str, str | None]) -> None:
    for name, where in doors.items():
        if where:
            console.print(f"  {name:<42} {where}", markup=False, soft_wrap=True)
