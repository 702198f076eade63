"""The console's routes together, and the page at `/`."""

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.routing import APIRoute

from gateway.console import (
    account,
    acts,
    answering,
    caseload,
    disclosed,
    duplicates,
    exports,
    hosts,
    imports,
    incidents,
    matter_files,
    offers,
    papers,
    placement,
    season,
    sign_in,
)
from gateway.console.rendering import open_page
from gateway.console.visits import ConsoleRoute, Refusal

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False, default_response_class=Response)


@router.get("/")
async def show_start(request: Request) -> Response:
    """Where everybody finds their way who has only the address."""
    return open_page(request, "console/start.html")


@router.get("/console/{rest:path}")
async def show_nothing(rest: str) -> Response:  # noqa: ARG001 - any
    """An address of the console that leads nowhere."""
    raise Refusal(404, "not_found")


ROOMS = (
    *(
        account.router,
        sign_in.router,
        caseload.router,
        exports.router,
        matter_files.router,
        season.router,
        placement.router,
        acts.router,
    ),
    *(imports.router, imports.files, offers.router, hosts.router, incidents.router, papers.router, answering.router),
    *(duplicates.router, disclosed.router, router),
)
"""Every page of the console, in the order in which an address is looked for."""


def add_console(app: FastAPI) -> None:
    """Add the console."""
    for room in ROOMS:
        app.include_router(room)


def every_page() -> set[tuple[str, str]]:
    """Method and path of every page of the console."""
    routes = (route for room in ROOMS for route in room.routes if isinstance(route, APIRoute))
    return {(method, route.path) for route in routes for method in route.methods or ()}
