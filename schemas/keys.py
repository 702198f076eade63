"""The keys of the API: what each opens, and whose learners it shows."""

from enum import StrEnum

from pydantic import AwareDatetime, Field

from schemas.base import Frozen


class Scope(StrEnum):
    """One thing that a key may be good for; every route of the API names its own."""

    EVENTS_WRITE = "events:write"
    EVENTS_READ = "events:read"
    PLACEMENTS_READ = "placements:read"
    DOCUMENTS_READ = "documents:read"
    INCIDENTS_READ = "incidents:read"
    HOSTS_READ = "hosts:read"
    ADMIN = "admin"


MEANS: dict[Scope, str] = {
    Scope.EVENTS_WRITE: "send events, preview them, and ask what became of one",
    Scope.EVENTS_READ: "read the outgoing feed",
    Scope.PLACEMENTS_READ: "read placements, their stories and skill gains",
    Scope.DOCUMENTS_READ: "read placements' documents and the files that came with forms",
    Scope.INCIDENTS_READ: "read incidents and their stories",
    Scope.HOSTS_READ: "read opportunities and partnerships",
    Scope.ADMIN: "everything, with what no other scope opens",
}
"""What each scope opens, in words."""


class Caller(Frozen):
    """Whoever called with a key. `organisations` with all that is below them; None: all there are."""

    key_id: str
    purpose: str
    scopes: frozenset[Scope]
    organisations: tuple[str, ...] | None = None

    def may(self, scope: Scope) -> bool:
        """Whether the key is good for this."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


ROOT = Caller(key_id="root", purpose="operator", scopes=frozenset({Scope.ADMIN}))
"""Whoever has JOURNEYWORK_API_KEY."""


class KeySecret(Frozen):
    """One secret of a key: how it begins, and how long it is good."""

    prefix: str = Field(examples=["jw_x5Vd0qP2"])
    made_at: AwareDatetime
    expires_at: AwareDatetime | None
    used_at: AwareDatetime | None


class KeyView(Frozen):
    """A key as operators see it; never with a secret."""

    id: str
    name: str
    purpose: str
    scopes: tuple[str, ...]
    organisations: tuple[str, ...] | None
    made_at: AwareDatetime
    revoked_at: AwareDatetime | None
    secrets: tuple[KeySecret, ...]

    def is_good(self, now: AwareDatetime) -> bool:
        """Whether any of its secrets opens something now."""
        lives = [one for one in self.secrets if one.expires_at is None or one.expires_at > now]
        return self.revoked_at is None and bool(lives)
