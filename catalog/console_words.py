"""What the coordinators' console says, in one language: read once from `messages/console.<language>.yaml`."""

from functools import cache

from catalog.page_words import FOLDER, Notice
from catalog.yaml_check import load_shipped
from schemas.base import Code, Frozen, Text
from schemas.console import ConsoleRole
from schemas.form_fields import Language
from schemas.vocabulary import IncidentState, OpportunityState, PartnershipState, PlacementState, Severity

CodePath = str
"""The type of a fact or a message, such as `request.opened`."""


class ActWords(Frozen):
    """How one act is called: on its button, over its page, and what it does."""

    name: Text
    does: Text


class ConsoleWords(Frozen):
    """Every text of the console. Texts may hold figures in braces, filled in by the page."""

    language: Language
    words: dict[Code, Text]
    roles: dict[ConsoleRole, Text]
    states: dict[PlacementState, Text]
    offer_states: dict[OpportunityState, Text]
    host_states: dict[PartnershipState, Text]
    incident_states: dict[IncidentState, Text]
    severities: dict[Severity, Text]
    requests: dict[Code, Text]
    notices: dict[Code, Notice]
    acts: dict[Code, ActWords]
    imports: dict[Code, ActWords]
    tables: dict[Code, Text]
    fields: dict[Code, Text]
    hints: dict[Code, Text]
    seen: dict[Code, Text]
    """What somebody was shown of a learner, by the code in the log."""
    reasons: dict[Code, Text]
    happened: dict[CodePath, Text]
    mail: dict[Code, Text]
    rules: dict[Code, Text]
    why: dict[Code, Text]
    cannot: dict[Code, Text]
    values: dict[Text, Text]
    """What a placement refuses about a value, by the sentence in which it does."""


@cache
def console_words(language: Language) -> ConsoleWords:
    """The texts in one language. Raises CatalogError when the shipped file is wrong."""
    return load_shipped(FOLDER / f"console.{language}.yaml", ConsoleWords)
