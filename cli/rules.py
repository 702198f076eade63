"""`journeywork rules`: check a rule pack, and say which youth-employment limits apply."""

from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from catalog.rule_catalog import load_pack, packs_for
from catalog.yaml_check import CatalogError
from cli.errors import UserError
from cli.rule_tables import exceptions, limit
from lifecycle.youth_case import in_force
from schemas.directory import ADULT_YEARS


def check(file: Path) -> None:
    """Check a rule pack; every problem is told with its line, place and remedy, with exit status 2.

    Args:
        file: A YAML file named for its pack, such as catalog/rules/us-ma.yaml.
    """
    try:
        pack = load_pack(file)
    except CatalogError as error:
        raise UserError(str(error)) from None
    unread = sum(rule.standing != "text" for rule in pack.rules)
    print(f"ok: {pack.id}, version {pack.version}, {len(pack.rules)} rules, {unread} not read in the law's own words")
    print(f"reviewer: {pack.reviewer}")


def explain(state: str, age: int, day: date) -> None:
    """Print which youth-employment limits apply at an age on a day, with their citations. No legal advice.

    Args:
        state: Where the work is done, such as MA.
        age: The learner's age on the day, in whole years.
        day: The day, as 2027-06-28.
    """
    if not (len(state) == 2 and state.isascii() and state.isalpha()):
        raise UserError(f"state: '{state}' is no state; write two letters such as MA")
    if age < 0:
        raise UserError(f"age: {age} is no age; write whole years such as 15")
    console = Console(highlight=False, markup=False)
    if age >= ADULT_YEARS:
        console.print(f"At {age} no youth-employment limit applies.")
        return
    packs = packs_for(state.upper())
    for pack in packs:
        table = Table(title=f"{pack.title}, {pack.pin}", title_justify="left", box=None, padding=(0, 2, 0, 0))
        for column in ("limit", "exceptions", "law"):
            table.add_column(column)
        for rule in pack.rules:
            if in_force(rule, day) and rule.ages.first <= age <= rule.ages.last:
                table.add_row(Text(limit(rule, pack, day)), Text(exceptions(rule)), Text(rule.citation))
        console.print(table)
        console.print(Text(f"Reviewer: {pack.reviewer}\n", style="dim"))
    if not any(pack.state for pack in packs):
        console.print(f"There is no rule pack for {state.upper()}: only federal law is shown.")
    console.print("Where several apply the stricter holds. This is no legal advice.")
