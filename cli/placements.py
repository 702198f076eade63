"""`journeywork placements list|show|timeline`: what stands where, and who is asked for what."""

from cli.looking import Looking, days

_LOOKING = Looking(
    "placement",
    "placements",
    {
        "learner": lambda view: view["learner_id"],
        "host": lambda view: view["host_id"],
        "dates": days,
    },
)
list_, show, timeline = _LOOKING.list_, _LOOKING.show, _LOOKING.timeline
