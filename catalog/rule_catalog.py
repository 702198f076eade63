"""The rule packs the product ships, how a pack file is read, and findings in plain words."""

from functools import cache
from pathlib import Path

from babel.dates import format_date

from catalog.yaml_check import CatalogError, Problem, load_shipped
from schemas.checks import meant
from schemas.findings import Finding, Unit
from schemas.form_fields import Language
from schemas.rules import RulePack

FOLDER = Path(__file__).parent / "rules"
MIDNIGHT = 24 * 60


class UnknownRuleError(LookupError):
    """No shipped pack has this id or rule; the text says which there are."""


def load_pack(path: Path) -> RulePack:
    """The rule pack in a file named `<id>.yaml`.

    Raises:
        CatalogError: it is no rule pack, or is named for another; holds every problem with file, line and remedy.
    """
    found = load_shipped(path, RulePack)
    if path.name != f"{found.id}.yaml":
        raise CatalogError((Problem(str(path), 0, "", f"describes {found.id}; name the file {found.id}.yaml"),))
    return found


@cache
def all_packs() -> tuple[RulePack, ...]:
    """The shipped packs, federal law first. Raises CatalogError when a shipped file is wrong."""
    packs = [load_pack(path) for path in FOLDER.glob("*.yaml")]
    return tuple(sorted(packs, key=lambda one: (one.state is not None, one.id)))


def packs_for(state: str) -> tuple[RulePack, ...]:
    """The packs that hold in a state such as `MA`: federal law, and the state's own if the product ships one."""
    return tuple(pack for pack in all_packs() if pack.state in (None, state))


def sentence(finding: Finding, language: Language) -> str:
    """What a finding says to a person, in one language.

    A finding of an older version is said in the words of the one that is shipped, with its own figures.

    Raises:
        UnknownRuleError: the finding is of a pack or rule that is not shipped.
    """
    pack = next((one for one in all_packs() if one.id == finding.pack), None)
    if pack is None:
        known = [one.id for one in all_packs()]
        raise UnknownRuleError(f"there is no rule pack `{finding.pack}`{meant(finding.pack, known)}")
    rule = next((one for one in pack.rules if one.id == finding.rule), None)
    if rule is None:
        raise UnknownRuleError(
            f"{pack.pin} has no rule `{finding.rule}`{meant(finding.rule, [r.id for r in pack.rules])}"
        )
    return rule.says.said(language).format(
        allowed=figure(finding.allowed, finding.unit, language),
        found=figure(finding.found, finding.unit, language),
        day=format_date(
            finding.day, "EEEE, MMMM d, y" if language == "en" else "EEEE d 'de' MMMM 'de' y", locale=language
        ),
        task=pack.tasks[finding.task].said(language) if finding.task in pack.tasks else finding.task or "",
    )


def figure(value: int | None, unit: Unit, language: Language) -> str:
    """A figure of a finding as people read it: `3 h 30 min`, `7:00 p.m.`, `6 days`, `14`; a dash if there is none."""
    if value is None:
        return "–"
    match unit:
        case "minutes":
            return _duration(value)
        case "clock":
            return _time(value, language)
        case "days":
            words = ("day", "days") if language == "en" else ("día", "días")
            return f"{value} {words[value != 1]}"
        case "age":
            return str(value)


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not rest:
        return f"{hours} h"
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def _time(minutes: int, language: Language) -> str:
    """A time of day; from midnight on it says that it belongs to the next day."""
    if minutes == MIDNIGHT:
        return "midnight" if language == "en" else "medianoche"
    hour, minute = divmod(minutes % MIDNIGHT, 60)
    half = ("a.m.", "p.m.") if language == "en" else ("a. m.", "p. m.")
    time = f"{hour % 12 or 12}:{minute:02} {half[hour >= 12]}"
    if minutes < MIDNIGHT:
        return time
    return f"{time} the next day" if language == "en" else f"{time} del día siguiente"
