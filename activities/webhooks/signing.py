"""Secrets of webhooks, and signatures with them (Standard Webhooks).

With a key (`JOURNEYWORK_WEBHOOK_KEY`) the database holds random bytes from which only that key makes the secret: a copy
of the database signs nothing. Without one it holds the secret itself.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from records.webhooks import Kept

PREFIX = "whsec_"
SIZE = 32


class NoKeyError(Exception):
    """A secret was made with a key that this process does not have."""


class Keys:
    """The keys that secrets are made with: the first for new ones, the others for those made before."""

    def __init__(self, keys: Sequence[str] = ()) -> None:
        """Take the keys, the newest first; none: secrets are stored as they are."""
        self._keys: Mapping[str, bytes] = {_name(key): key.encode() for key in keys}

    def make(self) -> tuple[Kept, str]:
        """A new secret: what to store, and what to show, once."""
        kept = Kept(secrets.token_bytes(SIZE), next(iter(self._keys), None))
        return kept, PREFIX + base64.b64encode(self.secret(kept)).decode()

    def secret(self, kept: Kept) -> bytes:
        """The secret. Raises NoKeyError."""
        if kept.key_id is None:
            return kept.stored
        key = self._keys.get(kept.key_id)
        if key is None:
            raise NoKeyError(kept.key_id)
        return hmac.digest(key, b"webhook secret\0" + kept.stored, "sha256")

    def signed(self, message_id: str, at: datetime, body: str, kept: Sequence[Kept]) -> dict[str, str]:
        """The three headers that prove who sent a body, with a signature by each secret. Raises NoKeyError."""
        stamp = str(int(at.timestamp()))
        content = f"{message_id}.{stamp}.{body}".encode()
        digests = [hmac.digest(self.secret(one), content, "sha256") for one in kept]
        return {
            "webhook-id": message_id,
            "webhook-timestamp": stamp,
            "webhook-signature": " ".join(f"v1,{base64.b64encode(one).decode()}" for one in digests),
        }


def _name(key: str) -> str:
    return hashlib.sha256(b"webhook key\0" + key.encode()).hexdigest()[:12]
