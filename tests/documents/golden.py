"""The documents of a whole placement as they are kept, in plain text: `python -m tests.documents.golden` renews them.

Read every line that changed before it is committed.
"""

from collections.abc import Iterator
from pathlib import Path

from activities.documents.paper import Answers, Block, Facts, Heading, Paper, Paragraph, Points, Signature, Table
from activities.documents.receipt import receipt_paper
from gateway.documents.agreement import agreement
from gateway.documents.certificate import certificate
from gateway.documents.evaluation import evaluation
from gateway.documents.hours import hours
from schemas.form_fields import LANGUAGES, Language
from schemas.vocabulary import RequestKind
from tests.documents.placements import whole

FOLDER = Path(__file__).parent / "golden"


def papers(language: Language) -> dict[str, Paper]:
    """Every document of the placement whose forms all came back."""
    dossier = whole()
    final = dossier.of({RequestKind.FINAL_EVALUATION})[0]
    context = dossier.context(language, final.submission.role, RequestKind.FINAL_EVALUATION)
    made = {make.__name__: make(dossier, language) for make in (agreement, evaluation, hours, certificate)}
    receipt = receipt_paper(final.form, context, final.submission.answers, final.submission.at, number="sub-1")
    return {name: paper for name, paper in made.items() if paper is not None} | {"receipt": receipt}


def text_of(paper: Paper) -> str:
    """Everything a document says, line by line, in reading order."""
    lines = [paper.above, f"# {paper.title}", paper.below, *_certificate(paper)]
    for block in paper.blocks:
        lines += _block(block)
    return "\n".join([*lines, f"-- {paper.footer} -- {paper.page}", f"-- {paper.made_at.isoformat()}"]) + "\n"


def _certificate(paper: Paper) -> Iterator[str]:
    if paper.certificate is not None:
        yield from (paper.certificate.opening, paper.certificate.name, paper.certificate.text)
        yield from (paper.certificate.skills_title, *paper.certificate.skills)
        yield from (f"{one.name} | {one.role} | {one.when}" for one in paper.certificate.signers)


def _block(block: Block) -> list[str]:
    match block:
        case Heading():
            return ["", f"{'#' * (block.level + 1)} {block.text}"]
        case Paragraph():
            return [block.text]
        case Points():
            return [f"- {item}" for item in block.items]
        case Facts() | Answers():
            return [f"{label}: {value}" for label, value in block.rows]
        case Table():
            return [" | ".join(row) for row in (block.head, *block.rows)]
        case Signature():
            return [f"[{'x' if block.signed else ' '}] {block.role}: {block.name} | {block.statement} | {block.when}"]


def every() -> Iterator[tuple[Path, str]]:
    """Each kept file with what it should hold."""
    for language in LANGUAGES:
        for name, paper in papers(language).items():
            yield FOLDER / f"{name}.{language}.txt", text_of(paper)


if __name__ == "__main__":
    for path, text in every():
        path.write_text(text, encoding="utf-8")
