"""The caseload's filters as parts of an address."""

from typing import Annotated, Any

from fastapi import Depends, Query

from schemas.console import CaseloadFilters, MatterFilters

SHOWN = ("open", "ended", "all")


def filters_of(
    *,
    q: Annotated[str, Query(max_length=100)] = "",
    state: Annotated[str, Query(max_length=64)] = "",
    program: Annotated[str, Query(max_length=100)] = "",
    school: Annotated[str, Query(max_length=100)] = "",
    host: Annotated[str, Query(max_length=100)] = "",
    role: Annotated[str, Query(max_length=64)] = "",
    overdue: Annotated[str, Query(max_length=5)] = "",
    soon: Annotated[str, Query(max_length=5)] = "",
    show: Annotated[str, Query(max_length=10)] = "open",
) -> CaseloadFilters:
    """The filters in an address; what is empty or unknown is none."""
    return CaseloadFilters(
        q=_plain(q),
        state=_plain(state),
        program=_plain(program),
        school=_plain(school),
        host=_plain(host),
        role=_plain(role),
        overdue=overdue == "1",
        soon=soon == "1",
        show=show if show in SHOWN else "open",
    )


def matters_of(
    *,
    q: Annotated[str, Query(max_length=100)] = "",
    state: Annotated[str, Query(max_length=64)] = "",
    program: Annotated[str, Query(max_length=100)] = "",
    host: Annotated[str, Query(max_length=100)] = "",
    school: Annotated[str, Query(max_length=100)] = "",
    severity: Annotated[str, Query(max_length=20)] = "",
    overdue: Annotated[str, Query(max_length=5)] = "",
    free: Annotated[str, Query(max_length=5)] = "",
    show: Annotated[str, Query(max_length=10)] = "open",
) -> MatterFilters:
    """The same for offers, hosts and incidents."""
    return MatterFilters(
        q=_plain(q),
        state=_plain(state),
        program=_plain(program),
        host=_plain(host),
        school=_plain(school),
        severity=_plain(severity),
        overdue=overdue == "1",
        free=free == "1",
        show=show if show in SHOWN else "open",
    )


def _plain(text: str) -> str | None:
    return text.replace("\0", "").strip() or None


def address_parts(filters: CaseloadFilters | MatterFilters) -> dict[str, Any]:
    """The parts of an address that say these filters."""
    given = filters.model_dump()
    return {name: value for name, value in given.items() if value and (name, value) != ("show", "open")}


Filtered = Annotated[CaseloadFilters, Depends(filters_of)]
"""For pages that are about what fits the filters of their address."""

Sought = Annotated[MatterFilters, Depends(matters_of)]
"""For lists of offers, hosts and incidents."""
