"""Plain text that is narrow where a mail reader shows lines as they are, and flows where it can (RFC 3676).

A line that ends in a blank goes on in the next one; words longer than a line, such as links, stay whole.
"""

import re
from textwrap import TextWrapper

WIDTH = 72
"""Characters of a line, the blank that says it goes on not counted."""

_WRAPPER = TextWrapper(WIDTH, break_long_words=False, break_on_hyphens=False)
_STUFFED = re.compile(r"^(?=[ >]|From )")
_GOES_ON = re.compile(r"(?<=[^\n]) \n")


def flow(text: str) -> str:
    """Break the lines of a text so that readers which know `format=flowed` put them together again."""
    return "\n".join(" \n".join(_stuffed(part) for part in _parts(line)) for line in text.split("\n"))


def unflow(text: str) -> str:
    """The text that `flow` was given, from what a mail carried."""
    lines = [line.removeprefix(" ") for line in text.split("\n")]
    return _GOES_ON.sub(" ", "\n".join(lines))


def _parts(line: str) -> list[str]:
    return _WRAPPER.wrap(line.rstrip()) or [""]


def _stuffed(part: str) -> str:
    """A first blank that readers drop, where a line would otherwise look like a quotation or an envelope."""
    return _STUFFED.sub(" ", part)
