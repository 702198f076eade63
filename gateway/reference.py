"""`/docs`: the OpenAPI description as one plain page, made on the server; nothing is fetched from elsewhere."""

import json
import re
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from markupsafe import Markup, escape

from gateway.pages import PAGE_HEADERS, static_address
from gateway.problems import MEDIA_TYPE
from gateway.templating import TEMPLATES
from schemas.incoming import INCOMING, example

router = APIRouter(include_in_schema=False)

METHODS = ("get", "post", "put", "patch", "delete")
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_MADE_UP = {"$ref": "#/components/schemas/HTTPValidationError"}


class DescribedApp(FastAPI):
    """An application whose description says how problems really look: problem+json, for wrong input too."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI description; made once."""
        if self.openapi_schema is None:
            _tell_problems(super().openapi())
        return super().openapi()


def _tell_problems(described: dict[str, Any]) -> None:
    for operations in described["paths"].values():
        for operation in operations.values():
            for response in operation["responses"].values():
                schema = response.get("content", {}).get("application/json", {}).get("schema")
                if schema in (_PROBLEM, _MADE_UP):
                    response["content"] = {MEDIA_TYPE: {"schema": _PROBLEM}}
    for name in ("HTTPValidationError", "ValidationError"):
        described["components"]["schemas"].pop(name, None)


def coded(text: str) -> Markup:
    """Text in which `words` stand as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped just before


_CODE = re.compile(r"`([^`]*)`")
TEMPLATES.filters["coded"] = coded


@router.get("/docs")
def docs(request: Request) -> Response:
    """Every route, every parameter, every shape, and the events that may come in."""
    described: dict[str, Any] = request.app.openapi()
    html = TEMPLATES.get_template("reference.html").render(
        title=described["info"]["title"],
        about=described["info"]["description"],
        groups=_groups(described),
        schemas=described["components"]["schemas"],
        events=[(kind, _pretty(example(kind))) for kind in INCOMING.values()],
        static=static_address,
        kind_of=kind_of,
    )
    return Response(html, headers=dict(PAGE_HEADERS))


def _groups(described: dict[str, Any]) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    """The routes under their first tag: method, path, operation."""
    groups: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, operations in described["paths"].items():
        for method in METHODS:
            if method in operations:
                operation = operations[method]
                groups.setdefault(operation["tags"][0], []).append((method.upper(), path, operation))
    return groups


def kind_of(schema: dict[str, Any]) -> str:
    """A JSON Schema in a few words: `text`, `list of PlacementView`, `one of open, closed`."""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return " or ".join(dict.fromkeys(kind_of(one) for one in schema[word] if one.get("type") != "null"))
    if "enum" in schema:
        return "one of " + ", ".join(str(one) for one in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of {kind_of(schema.get('items', {}))}"
    words = {
        "string": "text",
        "integer": "whole number",
        "object": "object",
        "null": "null",
        "boolean": "true or false",
    }
    kind = str(schema.get("type", "anything"))
    return str(schema.get("format") or words.get(kind, kind))


def _pretty(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
