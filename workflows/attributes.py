"""The search attributes, in one place: what Temporal's list can be filtered by. Ids and codes only."""

from typing import Any

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.common import SearchAttributeKey, SearchAttributePair, SearchAttributeUpdate, TypedSearchAttributes

from lifecycle.registry import Attributes

PROGRAM = SearchAttributeKey.for_keyword("Program")
STATE = SearchAttributeKey.for_keyword("State")
HOST = SearchAttributeKey.for_keyword("Host")
AWAITING = SearchAttributeKey.for_keyword_list("Awaiting")
NEXT_DUE = SearchAttributeKey.for_datetime("NextDue")
OVERDUE = SearchAttributeKey.for_bool("Overdue")
PARKED = SearchAttributeKey.for_bool("Parked")

REGISTERED: dict[str, IndexedValueType.ValueType] = {
    "Program": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "State": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "Host": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "Awaiting": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    "NextDue": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
    "Overdue": IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
    "Parked": IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
}
"""Names and types to register at every start (an existing name is left as it is)."""


def at_start(attributes: Attributes) -> TypedSearchAttributes:
    """The attributes a lifecycle's workflow is started with; free of charge at the start."""
    pairs: list[SearchAttributePair[Any]] = [
        SearchAttributePair(PROGRAM, attributes.program),
        SearchAttributePair(STATE, attributes.state),
        SearchAttributePair(HOST, attributes.host),
        SearchAttributePair(AWAITING, attributes.awaiting),
        SearchAttributePair(OVERDUE, attributes.overdue),
        SearchAttributePair(PARKED, value=False),
    ]
    if attributes.next_due is not None:
        pairs.append(SearchAttributePair(NEXT_DUE, attributes.next_due))
    return TypedSearchAttributes(pairs)


def updates(attributes: Attributes, *, parked: bool) -> list[SearchAttributeUpdate[Any]]:
    """All attributes as one upsert."""
    next_due = NEXT_DUE.value_unset() if attributes.next_due is None else NEXT_DUE.value_set(attributes.next_due)
    return [
        PROGRAM.value_set(attributes.program),
        STATE.value_set(attributes.state),
        HOST.value_set(attributes.host),
        AWAITING.value_set(attributes.awaiting),
        OVERDUE.value_set(attributes.overdue),
        PARKED.value_set(parked),
        next_due,
    ]
