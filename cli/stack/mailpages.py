"""The mail catcher's pages: JSON for programs, a list with a preview for people. They work without JavaScript."""

from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cli.stack.mailbox import CaughtMail, Mailbox

TEMPLATES = Path(__file__).parent / "templates"
LISTED = 200  # messages in the list people see
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
BODY_HEADERS = PAGE_HEADERS | {
    "Content-Security-Policy": "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
}
"""A caught message may hold anything: it runs no script, loads nothing, and its links open beside it."""


def mail_pages(mailbox: Mailbox) -> Starlette:
    """Build the web application. It answers only to `localhost` and `127.0.0.1`, so no foreign page can read it."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True
    )
    page = templates.get_template("mail.html")

    def found(request: Request) -> CaughtMail:
        number = int(request.path_params["number"])
        mail = mailbox.message(number)
        if mail is None:
            raise HTTPException(404, f"there is no message {number}")
        return mail

    def shown(request: Request, mail: CaughtMail | None) -> Response:
        to = request.query_params.get("to", "").strip()
        mails = mailbox.messages(to=to or None)
        text = page.render(
            mails=mails[:LISTED],
            more=max(0, len(mails) - LISTED),
            mail=mail,
            to=to,
            query=f"?{urlencode({'to': to})}" if to else "",
        )
        return HTMLResponse(text, headers=PAGE_HEADERS)

    async def home(request: Request) -> Response:
        return shown(request, None)

    async def one(request: Request) -> Response:
        return shown(request, found(request))

    async def body(request: Request) -> Response:
        return HTMLResponse(f'<base target="_blank">{found(request).html}', headers=BODY_HEADERS)

    async def source(request: Request) -> Response:
        number = found(request).id
        headers = PAGE_HEADERS | {"Content-Disposition": f'attachment; filename="{number}.eml"'}
        return Response(mailbox.source(number), media_type="message/rfc822", headers=headers)

    async def attachment(request: Request) -> Response:
        number, at = found(request).id, int(request.path_params["at"])
        there = mailbox.attachments(number)
        if not 0 < at <= len(there):
            raise HTTPException(404, f"message {number} has no attachment {at}")
        ends = there[at - 1].name.rpartition(".")[2].lower()
        named = f"{number}-{at}.{ends}" if ends.isalnum() and ends.isascii() else f"{number}-{at}"
        headers = PAGE_HEADERS | {"Content-Disposition": f'attachment; filename="{named}"'}
        return Response(there[at - 1].content, media_type=there[at - 1].kind, headers=headers)

    async def listed(request: Request) -> Response:
        after = request.query_params.get("after", "0")
        if not after.isdecimal():
            return PlainTextResponse("after must be the id of a message, a whole number\n", 422)
        mails = mailbox.messages(to=request.query_params.get("to"), after=int(after))
        return JSONResponse([mail.model_dump(mode="json") for mail in mails], headers={"Cache-Control": "no-store"})

    async def style(_request: Request) -> Response:
        return FileResponse(TEMPLATES / "mail.css", headers={"Cache-Control": "no-store"})

    async def health(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    return Starlette(
        routes=[
            Route("/", home),
            Route("/messages.json", listed),
            Route("/messages/{number:int}.eml", source),
            Route("/messages/{number:int}/body", body),
            Route("/messages/{number:int}/attachments/{at:int}", attachment),
            Route("/messages/{number:int}", one),
            Route("/mail.css", style),
            Route("/healthz", health),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
    )
