"""`journeywork opportunities list|show|timeline`: what hosts offer, and who is asked for what."""

from cli.looking import Looking, days

_LOOKING = Looking(
    "opportunity",
    "opportunities",
    {
        "host": lambda view: view["host_id"],
        "dates": days,
        "free": lambda view: f"{view['free']} of {view['seats']}",
        "in line": lambda view: str(len(view["waiting"]) or ""),
    },
)
list_, show, timeline = _LOOKING.list_, _LOOKING.show, _LOOKING.timeline
