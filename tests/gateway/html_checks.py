"""What every page must be: valid HTML5, labelled, addressed by unique ids, in one language, without script."""

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

CONTROLS = {"input", "textarea", "select"}


def page_of(html: str) -> Element:
    """Parse strictly (any parse error raises) and check what holds for every page."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    page: Element = parser.parse(html)
    ids = [one.get("id") for one in page.iter() if one.get("id")]
    assert [one for one, count in Counter(ids).items() if count > 1] == []
    assert page.get("lang") in {"en", "es"}
    assert len(list(page.iter("h1"))) == 1
    assert "".join(text_of(one) for one in page.iter("title")).strip()
    assert [one.tag for one in page.iter() if one.tag in {"script", "style", "iframe", "object"}] == []
    assert [name for one in page.iter() for name in one.attrib if name.startswith("on") or name == "style"] == []
    for one in page.iter():
        for name in ("aria-describedby", "aria-labelledby"):
            assert set((one.get(name) or "").split()) <= set(ids), (one.tag, one.get(name))
        for name in ("href", "src", "action"):
            assert (one.get(name) or "/").startswith(("/", "#", "?", "mailto:", "tel:")), one.get(name)
    labelled = {one.get("for") for one in page.iter("label")}
    assert {one.get("id") for one in controls(page) if one.get("type") != "hidden"} <= labelled
    assert labelled <= set(ids)
    levels = [int(one.tag[1]) for one in page.iter() if one.tag in {"h1", "h2", "h3", "h4"}]
    assert 1 in levels
    return page


def controls(page: Element) -> Iterator[Element]:
    """Everything that can be filled in."""
    return (one for one in page.iter() if one.tag in CONTROLS)


def text_of(element: Element) -> str:
    """The text inside an element, on one line."""
    return " ".join("".join(element.itertext()).split())


def by_id(page: Element, wanted: str) -> Element:
    """The element with an id."""
    return next(one for one in page.iter() if one.get("id") == wanted)


def by_class(page: Element, wanted: str) -> list[Element]:
    """The elements with a class."""
    return [one for one in page.iter() if wanted in (one.get("class") or "").split()]


def sent_by(page: Element) -> dict[str, str]:
    """What a browser would post from the page as it stands."""
    sent: dict[str, str] = {}
    for one in controls(page):
        name = one.get("name", "")
        if one.tag == "textarea":
            sent[name] = one.text or ""
        elif one.get("type") not in {"radio", "checkbox"} or one.get("checked") is not None:
            sent[name] = one.get("value", "")
    return sent
