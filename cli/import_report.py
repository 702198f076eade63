"""Prints what an import tells."""

from rich.console import Console
from rich.table import Table

from gateway.imports.report import ImportReport

MOST_PRINTED = 200
MOST_LEFT = 20


def show(report: ImportReport) -> None:
    """Print the report for people: the plan to stdout, problems to stderr."""
    if report.problems:
        errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
        for problem in report.problems[:MOST_PRINTED]:
            errors.print(problem.line)
        if len(report.problems) > MOST_PRINTED:
            errors.print(f"... and {len(report.problems) - MOST_PRINTED} more; --json tells all of them")
        errors.print(f"journeywork: nothing was imported; {_counted(len(report.problems), 'error')} to correct.")
        return
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for note in report.notes:
        console.print(f"note: {note}")
    for line in found_lines(report):
        console.print(line)
    table = Table("", *("new", "changed", "ended", "unchanged"), title=_title(report), title_justify="left")
    for column in table.columns[1:]:
        column.justify = "right"
    for count in report.counts:
        figures = (count.new, count.changed, count.ended, count.unchanged)
        table.add_row(count.table.replace("_", " "), *(str(figure) for figure in figures))
    console.print(table)


def found_lines(report: ImportReport) -> list[str]:
    """Who may be somebody else and who is no more in the roster, and what to do about each; nobody by name."""
    told = [f"duplicate? {one.line}" for one in report.duplicates[:MOST_PRINTED]]
    if len(report.duplicates) > MOST_PRINTED:
        told.append(f"... and {len(report.duplicates) - MOST_PRINTED} more; --json tells all of them")
    if report.duplicates:
        told.append("Nothing is merged. Say which it is: people same ID ID --keep ID, or people different ID ID.")
    if report.left:
        ids = ", ".join(report.left[:MOST_LEFT]) + (", ..." if len(report.left) > MOST_LEFT else "")
        what = "ended, no more in the roster" if report.ends_left else "no more in the roster, and left as they are"
        told.append(f"{_counted(len(report.left), 'person', 'people')} {what}: {ids}")
        if not report.ends_left:
            told.append("To end them, import again with --end-left.")
    return told


def _title(report: ImportReport) -> str:
    return f"{report.kind}: what would change (dry run, nothing was written)" if report.dry_run else report.kind


def _counted(number: int, word: str, many: str = "") -> str:
    return f"{number} {word}" if number == 1 else f"{number} {many or word + 's'}"
