"""Filling a form in as a person does: read the page's HTML, answer every control, post it back."""

import hashlib
from dataclasses import dataclass, field
from html.parser import HTMLParser

from schemas.vocabulary import RequestKind


@dataclass
class Control:
    """One named control of a page; `values` are a radio group's or a select's options."""

    kind: str
    name: str
    values: list[str] = field(default_factory=list[str])
    required: bool = False


class Paper(HTMLParser):
    """The form on a page: its action, its controls, and the first of its buttons, which goes on."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.controls: dict[str, Control] = {}
        self.button: dict[str, str] = {}
        self._select: str | None = None
        self.feed(page)

    @property
    def as_it_is(self) -> dict[str, str]:
        """What a page that asks for nothing more sends when its button is pressed."""
        hidden = {one.name: one.values[0] for one in self.controls.values() if one.kind == "hidden"}
        return {**hidden, **self.button}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect what can be filled in."""
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form" and given.get("method", "").lower() == "post":
            self.action = given.get("action", "")
        elif tag == "button" and name and not self.button:
            self.button = {name: given.get("value", "")}
        elif tag == "option" and self._select:
            self.controls[self._select].values.append(given.get("value", ""))
        elif tag in ("input", "textarea", "select") and name:
            kind = given.get("type", "text") if tag == "input" else tag
            control = self.controls.setdefault(name, Control(kind, name))
            if kind in ("radio", "checkbox", "hidden"):
                control.values.append(given.get("value", "on"))
            self._select = name if tag == "select" else None


@dataclass(frozen=True)
class Writer:
    """How one person fills in one form: the decision to take and the ratings to give."""

    seed: str
    kind: RequestKind
    decision: str | None
    name: str
    day: str

    def fill(self, paper: Paper) -> dict[str, str]:
        """The values to post; ratings rise between baseline and final."""
        filled: dict[str, str] = {}
        for control in paper.controls.values():
            value = self._value(control)
            if value is not None:
                filled[control.name] = value
        return filled

    def _value(self, control: Control) -> str | None:
        if control.kind == "radio":
            return self._chosen(control)
        if control.kind in ("checkbox", "hidden", "select"):
            return next((value for value in control.values if value), None)
        if control.kind == "file":
            return None
        if control.kind == "date":
            return self.day
        if control.kind == "number":
            return "1"
        if control.kind == "textarea":
            return "Comes on time, asks good questions, works carefully."
        return self.name

    def _chosen(self, control: Control) -> str:
        if self.decision in control.values:
            return self.decision or ""
        ratings = sorted(int(value) for value in control.values if value.isdigit())
        if len(ratings) < 2:
            return control.values[0]
        luck = hashlib.sha256(f"{self.seed}/{control.name}".encode()).digest()
        rating = 2 + luck[0] % 2
        if self.kind is not RequestKind.BASELINE_EVALUATION:
            rating += 1 + (luck[1] % 4 == 0)
        return str(min(rating, ratings[-1]))
