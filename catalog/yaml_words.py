"""Says what a pydantic error means to the person who wrote the catalogue file: what is wrong, what is allowed."""

from collections.abc import Iterable
from typing import Any, cast

from schemas.checks import meant

_PATTERNS = {
    r"^[a-z][a-z0-9_]{0,63}$": "small letters, digits and `_`, starting with a letter, at most 64 characters",
    r"^[a-z][a-z0-9_]{0,39}$": "small letters, digits and `_`, starting with a letter, at most 40 characters",
    r"^[a-z][a-z0-9-]{0,39}$": "small letters, digits and `-`, starting with a letter, at most 40 characters",
    r"^[a-z][a-z0-9_-]{0,39}$": "small letters, digits, `_` and `-`, starting with a letter, at most 40 characters",
    r"^[0-9][0-9a-z.]*$": "a version such as 2024.1 (in quotes)",
    r"^[0-9][0-9a-z.]{0,19}$": "a version such as 2024.1 (in quotes)",
    r"^[a-z][a-z0-9-]*@[0-9][0-9a-z.]*$": "a form's id and version, such as ma-wblp@2024.1",
    r"^([01]\d|2[0-3]):[0-5]\d$": "a time of day such as 09:00 (in quotes)",
    r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$": "letters, digits and `.` `_` `:` `-`, at most 80 characters",
}
_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list (lines starting with `- `)",
    "list_type": "a list (lines starting with `- `)",
    "set_type": "a list (lines starting with `- `)",
    "frozen_set_type": "a list (lines starting with `- `)",
    "dict_type": "`key: value` lines",
    "model_type": "`key: value` lines",
    "model_attributes_type": "`key: value` lines",
    "date_type": "a date as 2026-09-30",
    "date_parsing": "a date as 2026-09-30",
    "date_from_datetime_parsing": "a date as 2026-09-30",
    "date_from_datetime_inexact": "a date as 2026-09-30",
}


def worded(detail: Any, schema: dict[str, Any]) -> str:
    """One sentence for one entry of `ValidationError.errors()`; `schema` is the model's JSON Schema."""
    kind, value, context = detail["type"], detail.get("input"), detail.get("ctx", {})
    last = detail["loc"][-1] if detail["loc"] else ""
    if kind == "missing":
        return f"`{last}` is required"
    if kind == "extra_forbidden":
        known = sorted({name for part in _below(schema, detail["loc"][:-1]) for name in part.get("properties", {})})
        return f"`{last}` is not known here{meant(str(last), known)}"
    if kind in {"literal_error", "enum"}:
        return f"{_shown(value)} is not allowed{meant(str(value), _quoted(str(context.get('expected', ''))))}"
    if kind == "union_tag_invalid":
        name, tag = str(context["discriminator"]).strip("'"), str(context["tag"])
        return f"`{name}: {tag}` is not allowed{meant(tag, _quoted(str(context['expected_tags'])))}"
    if kind == "union_tag_not_found":
        name = str(context["discriminator"]).strip("'")
        return f"`{name}` is required"
    if kind == "string_pattern_mismatch":
        pattern = str(context["pattern"])
        return f"{_shown(value)} does not fit; allowed: {_PATTERNS.get(pattern, f'what matches {pattern}')}"
    if kind in _KINDS:
        return f"must be {_KINDS[kind]}, not {_found(value)}{_remedy(kind, value)}"
    message = str(detail["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    for stiff in ("Input should", "String should", "Value should", "Tuple should", "Dictionary should"):
        message = message.replace(stiff, "must")
    return message


def _quoted(text: str) -> list[str]:
    """The words of pydantic's `'a', 'b' or 'c'`."""
    return text.split("'")[1::2] or [part.strip() for part in text.replace(" or ", ", ").split(",") if part.strip()]


def _shown(value: Any) -> str:
    text = " ".join(str(value).split())
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"


def _found(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "`key: value` lines"
    if isinstance(value, list):
        return "a list"
    return _shown(value)


def _remedy(kind: str, value: Any) -> str:
    if kind != "string_type" or value is None or isinstance(value, (dict, list)):
        return ""
    return f'; put it in quotes: "{str(value).lower() if isinstance(value, bool) else value}"'


def _below(schema: dict[str, Any], loc: Iterable[str | int]) -> list[dict[str, Any]]:
    """Every sub-schema that may stand at `loc`; a part of `loc` that is a union's tag narrows the choice."""
    here = _options(schema, schema)
    for part in loc:
        step: list[dict[str, Any]] = []
        for option in here:
            if isinstance(part, int):
                below = option.get("items")
            else:
                below = option.get("properties", {}).get(part) or option.get("additionalProperties")
            if isinstance(below, dict):
                step += _options(schema, cast("dict[str, Any]", below))
        here = step or [option for option in here if _tagged(option, part)] or here
    return here


def _options(root: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The alternatives of a schema, with references followed."""
    if "$ref" in schema:
        return _options(root, root["$defs"][str(schema["$ref"]).rpartition("/")[2]])
    for key in ("oneOf", "anyOf", "allOf"):
        if key in schema:
            return [option for part in schema[key] for option in _options(root, part)]
    return [schema]


def _tagged(option: dict[str, Any], tag: str | int) -> bool:
    """Whether one of the option's properties is fixed to this union tag."""
    properties = cast("dict[str, dict[str, Any]]", option.get("properties", {}))
    return any(tag == part.get("const") or tag in part.get("enum", ()) for part in properties.values())
