"""What the owner of a webhook is written: a template a matter and language in `messages/webhooks`, as text and HTML."""

from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from schemas.directory import Language
from schemas.webhooks import MailAbout

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "messages" / "webhooks"),
    undefined=StrictUndefined,
    autoescape=select_autoescape(["html.j2"]),
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


class WebhookMail(NamedTuple):
    """One mail, ready to be sent."""

    subject: str
    text: str
    html: str


def webhook_mail(about: MailAbout, language: Language, *, webhook_id: str, url: str) -> WebhookMail:
    """The mail about a matter; the receiver's URL is told without its query, which may hold a secret."""
    template = _TEMPLATES.get_template(f"{about}.{language}.j2")
    words = template.make_module({"webhook_id": webhook_id, "url": url.partition("?")[0]})
    subject, paragraphs, command = (getattr(words, name) for name in ("subject", "paragraphs", "command"))
    said = [" ".join(one.split()) for one in paragraphs]
    told = {"language": language, "subject": subject, "paragraphs": said, "command": command}
    text, html = (_TEMPLATES.get_template(f"layout.{kind}.j2").render(told) for kind in ("txt", "html"))
    return WebhookMail(subject, text, html)
