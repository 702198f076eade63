"""The base of everything that crosses a boundary: frozen models and the identifier types."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class Frozen(BaseModel):
    """A value that never changes after it was made and refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$")]
"""An opaque identifier: letters, digits, `.`, `_`, `:`, `-`.

Never a name or an address: ids are visible in Temporal.
"""

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""A machine word in snake_case: a role, a kind, a decision, a reason."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
"""Text a person wrote or reads. Kept in Postgres only."""
