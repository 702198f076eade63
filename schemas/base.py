"""The base of everything that crosses a boundary: frozen models and the identifier types."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class Frozen(BaseModel):
    """A value that never changes after it was made and refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def changed(self, **values: Any) -> Self:
        """A copy with other values, unchecked: only for values that were checked before."""
        return self.changed_by(values)

    def changed_by(self, values: dict[str, Any]) -> Self:
        """As `changed`, for values that are in a dictionary already."""
        model = type(self)
        one = _new(model)
        _set_values(one, self.__dict__ | values)
        _set_fields(one, _fields[model][0])
        _set_extra(one, None)
        _set_private(one, None)
        return one

    @classmethod
    def made(cls, **values: Any) -> Self:
        """A model made of values that were checked before; what is left out takes its plain default."""
        one, (names, plain) = _new(cls), _fields[cls]
        _set_values(one, plain | values if plain else values)
        _set_fields(one, names)
        _set_extra(one, None)
        _set_private(one, None)
        return one


_new = object.__new__
_set_values, _set_fields, _set_extra, _set_private = (
    BaseModel.__dict__[slot].__set__
    for slot in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)
"""The four parts of a model, set at once: what `model_construct` does, without its loop over the fields.

A decision makes half a dozen models, so `changed` and `made` spell this out instead of calling each other.
"""


class _Fields(dict[type[BaseModel], tuple[set[str], dict[str, Any]]]):
    """For each model the names of its fields, and the defaults of those that have one; looked up once."""

    def __missing__(self, model: type[BaseModel]) -> tuple[set[str], dict[str, Any]]:
        fields = model.model_fields
        plain = {name: field.default for name, field in fields.items() if not field.is_required()}
        return self.setdefault(model, (set(fields), plain))


_fields = _Fields()


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$")]
"""An opaque identifier: letters, digits, `.`, `_`, `:`, `-`.

Never a name or an address: ids are visible in Temporal.
"""

LifecycleName = Literal["placement", "opportunity", "partnership", "incident"]
"""Which kind of lifecycle an id belongs to."""

SiteDay = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2200, 1, 1))]
"""A day at the worksite. Bounded, so that what is reckoned from it stays a date."""

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""A machine word in snake_case: a role, a kind, a decision, a reason."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
"""Text a person wrote or reads. Kept in Postgres only."""
