"""`journeywork partnerships list|show|timeline`: where every host stands, and who is asked for what."""

from cli.looking import Looking

_LOOKING = Looking(
    "partnership",
    "partnerships",
    {
        "host": lambda view: view["host_id"],
        "program": lambda view: view["program"],
    },
)
list_, show, timeline = _LOOKING.list_, _LOOKING.show, _LOOKING.timeline
