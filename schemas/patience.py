"""What a placement's program says about how much is borne before something follows of itself."""

from typing import Annotated

from pydantic import Field

from schemas.base import Frozen


class Patience(Frozen):
    """When an open halt is decided, when a silent supervisor is looked after, when broken limits stop the work."""

    undecided_days: Annotated[int, Field(ge=1, le=60)] = Field(
        default=15, description="business days after which a suspension whose end nobody named is decided"
    )
    unanswered: Annotated[int, Field(ge=1, le=10)] = Field(
        default=2, description="requests left unanswered by the worksite supervisor until somebody looks after that"
    )
    violations: Annotated[int, Field(ge=1, le=10)] = Field(
        default=2, description="broken limits of the law in logged hours that stop the work"
    )
