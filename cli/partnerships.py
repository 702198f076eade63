"""`journeywork partnerships list|show|timeline`: where every host stands, and who is asked for what."""

from cli.looking import Looking, View


def _hosts(view: View) -> str:
    """Whether learners can be proposed there, and if a document stands in the way, which."""
    if view["blocked_by"]:
        return f"not in date: {', '.join(view['blocked_by'])}"
    return "yes" if view["may_host"] else "no"


_LOOKING = Looking(
    "partnership",
    "partnerships",
    {
        "host": lambda view: view["host_id"],
        "may host": _hosts,
        "agreed until": lambda view: view["end"] or "",
    },
)
list_, show, timeline = _LOOKING.list_, _LOOKING.show, _LOOKING.timeline
