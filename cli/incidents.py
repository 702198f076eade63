"""`journeywork incidents list|show|timeline`: how severe each is, and who is asked to act."""

from cli.looking import Looking
from cli.words import plain

_LOOKING = Looking(
    "incident",
    "incidents",
    {
        "severity": lambda view: plain(view["severity"]),
        "placement": lambda view: view["placement_id"],
        "learner": lambda view: view["learner_id"],
    },
)
list_, show, timeline = _LOOKING.list_, _LOOKING.show, _LOOKING.timeline
