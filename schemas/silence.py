"""What a partnership's program says about a host that is not heard from."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from schemas.base import Frozen
from schemas.checks import Finding, refuse_if_any

Days = Annotated[int, Field(ge=1, le=1000)]


class Silence(Frozen):
    """When somebody is asked to call a silent host, and when its partnership is dormant.

    Days are counted from the last word of the host, or from the last day on which a learner is there.
    """

    call_days: Days = Field(description="after so many days without a word somebody is asked to call")
    dormant_days: Days = Field(description="after so many days without a word it is dormant; more than call_days")
    contacts: Annotated[int, Field(ge=0, le=100)] = Field(
        default=0, description="and only after so many contacts that nobody answered"
    )
    recall_days: Days | None = Field(
        default=None, description="a dormant host is called again every so many days; left out: never"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.dormant_days <= self.call_days:
            refuse_if_any(
                [
                    Finding(
                        ("dormant_days",),
                        f"{self.dormant_days} is not more than call_days ({self.call_days}); "
                        "leave the host time to answer the call",
                    )
                ]
            )
        return self
