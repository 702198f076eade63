"""Everything the console says is said in every language."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from catalog.console_words import console_words
from gateway.console.act_kinds import ACTS
from gateway.console.act_views import in_words
from gateway.console.imports_desk import KINDS
from lifecycle.offering import ALLOWED
from records.notifications import Outcome
from schemas.console import ConsoleRole
from schemas.form_fields import LANGUAGES
from schemas.incident import IncidentEvent
from schemas.opportunity_events import OpportunityEvent
from schemas.partnership_events import PartnershipEvent
from schemas.placement_events import PlacementEvent
from schemas.vocabulary import IncidentState, OpportunityState, PartnershipState, PlacementState, Severity

ROOT = Path(__file__).resolve().parents[3]


def test_every_language_says_the_same_with_the_same_figures() -> None:
    for english, other in ((console_words("en").model_dump(), console_words(one).model_dump()) for one in LANGUAGES):
        for part, texts in english.items():
            if isinstance(texts, dict):
                assert list(other[part]) == list(texts), part
                for code, text in texts.items():
                    assert figures(other[part][code]) == figures(text), (part, code)


def figures(text: object) -> list[str]:
    return sorted(set(re.findall(r"\{\w+\}", str(text)))) if isinstance(text, str) else []


def test_every_state_role_act_and_reason_has_words() -> None:
    for words in map(console_words, LANGUAGES):
        assert set(words.states) == set(PlacementState)
        assert set(words.roles) == set(ConsoleRole)
        assert set(words.acts) == set(ACTS)
        assert set(words.offer_states) == set(OpportunityState)
        assert set(words.host_states) == set(PartnershipState)
        assert set(words.incident_states) == set(IncidentState)
        assert set(words.severities) == set(Severity)
        assert set(words.imports) == set(KINDS)
        assert {reason for act in ACTS.values() for reason in act.reasons} <= set(words.reasons)
        assert {field for act in ACTS.values() for field in act.fields} <= set(words.fields)


def test_every_fact_of_every_lifecycle_is_told_in_words() -> None:
    unions = (PlacementEvent, OpportunityEvent, PartnershipEvent, IncidentEvent)
    types = {event.model_fields["type"].default for union in unions for event in members(union)}

    assert {"request.opened", "seat.claimed", "partnership.vetted", "incident.triaged"} <= types
    assert types <= set(console_words("en").happened)


def test_whatever_becomes_of_a_message_has_words() -> None:
    assert {f"message_{one}" for one in get_args(Outcome)} <= set(console_words("en").words)


def members(union: Any) -> Iterator[Any]:
    """Every event of a union of unions."""
    if hasattr(union, "model_fields") and isinstance(union, type):
        yield union
        return
    for one in get_args(union):
        yield from members(one)


def test_every_act_is_a_command_that_its_lifecycles_know() -> None:
    assert all(act.command in ALLOWED[one] for act in ACTS.values() for one in act.of)


def test_what_a_placement_refuses_about_a_value_is_said_in_its_words() -> None:
    """Whatever stands in `values` is a sentence of a lifecycle or of the gateway, so that none is left behind."""
    rooms = [ROOT / one for one in ("lifecycle", "gateway")]
    made = "".join(path.read_text(encoding="utf-8") for room in rooms for path in room.glob("*.py"))
    for sentence in console_words("en").values:
        parts = [one for one in re.split(r"\{\w+\}", sentence) if len(one) > 3]
        assert all(one.strip(": ") in made for one in parts), sentence


def test_why_an_offer_does_not_open_is_said_in_spanish() -> None:
    host = "host hst-1 takes nobody now; partnership par-hst-1: "
    assert in_words("es", f"{host}it is contacted") == (
        "el lugar no recibe a nadie ahora; la alianza está en: Contactado"
    )
    papers = in_words("es", f"{host}not in date: insurance, safety_check")
    assert papers is not None
    assert "_" not in papers
    assert in_words("es", "does not work at hst-1: sup-1; import the host's people first") is not None
