"""The filters of every list as parts of an address."""

from typing import Annotated, Any

from fastapi import Depends, Request

from schemas.console import Filters

SHOWN = ("open", "ended", "all")
LONGEST = 100


def filters_of(request: Request) -> Filters:
    """The filters in an address; what is empty or unknown is none."""
    given = {name: _plain(request.query_params.get(name, "")) for name in Filters.model_fields}
    ticked = {name: given[name] == "1" for name in ("overdue", "soon", "free")}
    return Filters.model_validate({**given, **ticked, "show": given["show"] if given["show"] in SHOWN else "open"})


def _plain(text: str) -> str | None:
    return text.replace("\0", "").strip()[:LONGEST] or None


def address_parts(filters: Filters) -> dict[str, Any]:
    """The parts of an address that say these filters."""
    given = filters.model_dump()
    return {name: value for name, value in given.items() if value and (name, value) != ("show", "open")}


Filtered = Annotated[Filters, Depends(filters_of)]
"""For pages that are about what fits the filters of their address."""
