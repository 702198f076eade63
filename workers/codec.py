"""Encrypts what Temporal keeps: AES-256-GCM, with keys that are replaced one by one.

Not encrypted, by Temporal's nature: ids of workflows, updates and activities, types, task queues, search attributes.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)

ENCODING = b"binary/encrypted"
KEY_ID = "encryption-key-id"
NONCE = 12
SIZE = 32


class PayloadKeyError(ValueError):
    """A payload cannot be read: its key is not there, or it was changed. Tells the key's id and nothing else of it."""


@dataclass(frozen=True)
class Keyring:
    """Keys by id, the one for new payloads first; none: nothing is encrypted."""

    keys: Mapping[str, bytes] = field(default_factory=dict[str, bytes], repr=False)

    @classmethod
    def read(cls, text: str) -> "Keyring":
        """Read `2027a:BASE64,2026b:BASE64`. Raises ValueError, without the keys, when it is malformed."""
        found: dict[str, bytes] = {}
        for one in filter(None, (part.strip() for part in text.split(","))):
            name, _, key = one.partition(":")
            try:
                raw = base64.b64decode(key, validate=True)
            except binascii.Error:
                raw = b""
            if not re.fullmatch(r"[A-Za-z0-9._-]{1,40}", name) or len(raw) != SIZE or name in found:
                raise ValueError("malformed")
            found[name] = raw
        return cls(found)

    @property
    def newest(self) -> str | None:
        """The id of the key for new payloads."""
        return next(iter(self.keys), None)


class Encryption(PayloadCodec):
    """Encrypts with the newest key, its id as additional data; reads with any, and leaves plain what is plain."""

    def __init__(self, keyring: Keyring) -> None:
        self._newest = keyring.newest
        self._ciphers = {name: AESGCM(key) for name, key in keyring.keys.items()}

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Each payload, encrypted."""
        return [self._encrypted(one) for one in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Each payload as it was. Raises PayloadKeyError."""
        return [self._plain(one) for one in payloads]

    def _encrypted(self, payload: Payload) -> Payload:
        if self._newest is None:
            return payload
        nonce, name = secrets.token_bytes(NONCE), self._newest.encode()
        sealed = self._ciphers[self._newest].encrypt(nonce, payload.SerializeToString(), name)
        return Payload(metadata={"encoding": ENCODING, KEY_ID: name}, data=nonce + sealed)

    def _plain(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        name = payload.metadata.get(KEY_ID, b"")
        shown = name.decode(errors="replace")[:40]
        cipher = self._ciphers.get(shown)
        if cipher is None:
            raise PayloadKeyError(
                f"encrypted with key {shown!r}, which is not in JOURNEYWORK_PAYLOAD_KEYS; put it back"
            )
        try:
            plain = cipher.decrypt(payload.data[:NONCE], payload.data[NONCE:], name)
        except (InvalidTag, ValueError):
            raise PayloadKeyError(
                f"encrypted with key {shown!r}, and changed since, or the key is another one"
            ) from None
        return Payload.FromString(plain)


def data_converter(keyring: Keyring) -> DataConverter:
    """How payloads are made of our frozen models and, with keys, encrypted; messages of failures, too."""
    if keyring.newest is None:
        return pydantic_data_converter
    return replace(
        pydantic_data_converter,
        payload_codec=Encryption(keyring),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
