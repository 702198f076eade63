"""The acts a lifecycle has taken, by which a repeat is told from a new one."""

from collections.abc import Mapping

from schemas.acts import Act
from schemas.problems import ProblemCode
from workflows.reading import refuse

SEEN_LIMIT = 1000


class Seen:
    """The newest `SEEN_LIMIT` ids, each with the hash of what came under it."""

    def __init__(self, kept: Mapping[str, str] | None = None) -> None:
        self.kept = dict(kept or {})

    def is_repeat(self, act: Act) -> bool:
        """Whether it was taken before. Raises ApplicationError when that was another act."""
        before = self.kept.get(act.id)
        if before is not None and before != act.payload_hash:
            refuse(ProblemCode.CONFLICT, f"act {act.id} was taken with another content")
        return before is not None

    def add(self, act: Act) -> None:
        """It is taken."""
        self.kept[act.id] = act.payload_hash
        if len(self.kept) > SEEN_LIMIT:
            self.kept.pop(next(iter(self.kept)))
