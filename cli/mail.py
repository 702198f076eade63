"""`journeywork mailcatcher`: the mail catcher as a process of its own."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from cli.stack.mailcatcher import catch_mail
from cli.stack.ports import DEFAULT_BASE, Ports

_DEFAULTS = Ports.from_base(DEFAULT_BASE)


async def mailcatcher(
    *,
    web_port: Annotated[int, Parameter(help="Where the page and the JSON listen, on 127.0.0.1.")] = _DEFAULTS.mail_web,
    smtp_port: Annotated[int, Parameter(help="Where SMTP listens, on 127.0.0.1.")] = _DEFAULTS.smtp,
    data: Annotated[Path, Parameter(help="Where the caught messages are kept, in its folder mail.")] = Path(".data"),
) -> None:
    """Catch all mail on this machine: nothing is delivered, everything can be read on a page."""
    await catch_mail(data.absolute() / "mail", web_port, smtp_port)
