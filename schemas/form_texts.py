"""Every text of a form, wherever it stands in it."""

from collections.abc import Iterator
from typing import Any, cast

from schemas.base import Frozen
from schemas.checks import Place
from schemas.form_fields import Worded


def texts_of(part: Any, place: Place = ()) -> Iterator[tuple[Place, Worded]]:
    """Every text of a model (or of a list or mapping of models) with its place in it."""
    if isinstance(part, Worded):
        yield place, part
    elif isinstance(part, Frozen):
        for name in type(part).model_fields:
            yield from texts_of(getattr(part, name), (*place, name))
    elif isinstance(part, dict):
        for key, value in cast("dict[Any, Any]", part).items():
            yield from texts_of(value, (*place, key))
    elif isinstance(part, tuple):
        for at, value in enumerate(cast("tuple[Any, ...]", part)):
            yield from texts_of(value, (*place, at))
