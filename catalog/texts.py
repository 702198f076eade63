"""What a text message says: one sentence with the form's link, and nothing that a locked phone should not show."""

from collections.abc import Sequence

from catalog.message_catalog import Letter, plain_spaces, short_day
from catalog.page_words import page_words

LONGEST_PROGRAM, LONGEST_FORM = 40, 60


def text_of(letters: Sequence[Letter]) -> str | None:
    """The text in place of a mail with these letters, all to one person; None when they ask for no answer.

    No name stands in it: neither the learner's nor the reader's.
    """
    asked = [one for one in letters if one.link]
    if not asked:
        return None
    first = asked[0]
    words = page_words(first.language).words
    if len(asked) > 1:
        said = words["text_many"].format(program=_cut(first.program, LONGEST_PROGRAM), count=len(asked))
        return f"{said} {first.link}/all {words['text_stop']}"
    late = first.overdue or first.due_at is None
    said = words["text_late" if late else "text_one"].format(
        program=_cut(first.program, LONGEST_PROGRAM),
        form=_cut(first.form or "", LONGEST_FORM),
        due=short_day(first.due_at, first) if first.due_at else "",
    )
    return plain_spaces(f"{said} {first.link} {words['text_stop']}")


def _cut(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
