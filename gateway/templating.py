"""The templates of all pages; what ends in `.html` is escaped, plain text is not."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    autoescape=select_autoescape(enabled_extensions=("html",)),
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


def compile_templates() -> None:
    """Make every page's code at once, which takes up to 50 ms a page, so that nobody's page waits for it."""
    for name in TEMPLATES.list_templates():
        TEMPLATES.get_template(name)
