"""What Temporal keeps, encrypted: read again by any key that is there, and by nobody else."""

import base64
import secrets

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ApplicationError

from schemas.placement_commands import Withdraw
from workers.codec import Encryption, Keyring, PayloadKeyError, data_converter


def key(name: str) -> str:
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


OLD, NEW = key("2026"), key("2027a")
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'"pl-1 withdrawn"')


async def test_a_model_comes_back_as_it_was_and_is_not_to_be_read_meanwhile() -> None:
    converter = data_converter(Keyring.read(NEW))
    (sealed,) = await converter.encode([Withdraw(reason="moved_away")])

    assert b"moved_away" not in sealed.SerializeToString()
    assert sealed.metadata["encryption-key-id"] == b"2027a"
    assert await converter.decode([sealed], [Withdraw]) == [Withdraw(reason="moved_away")]


async def test_a_new_key_encrypts_and_an_old_one_still_reads() -> None:
    (before,) = await Encryption(Keyring.read(OLD)).encode([PLAIN])
    both = Encryption(Keyring.read(f"{NEW}, {OLD}"))
    (after,) = await both.encode([PLAIN])

    assert await both.decode([before, after, PLAIN]) == [PLAIN, PLAIN, PLAIN]
    with pytest.raises(PayloadKeyError, match="key '2027a', which is not in JOURNEYWORK_PAYLOAD_KEYS"):
        await Encryption(Keyring.read(OLD)).decode([after])


@pytest.mark.parametrize("at", [0, 12, -1])
async def test_a_changed_payload_is_refused_without_a_word_of_it(at: int) -> None:
    codec = Encryption(Keyring.read(NEW))
    (sealed,) = await codec.encode([PLAIN])
    changed = bytearray(sealed.data)
    changed[at] ^= 1
    with pytest.raises(PayloadKeyError, match="changed since") as refused:
        await codec.decode([Payload(metadata=dict(sealed.metadata), data=bytes(changed))])
    assert "pl-1" not in str(refused.value)


async def test_another_keys_name_on_a_payload_is_refused() -> None:
    codec = Encryption(Keyring.read(f"{NEW},{OLD}"))
    (sealed,) = await codec.encode([PLAIN])
    with pytest.raises(PayloadKeyError):
        await codec.decode([Payload(metadata={**sealed.metadata, "encryption-key-id": b"2026"}, data=sealed.data)])


async def test_what_a_failure_says_is_encrypted_too() -> None:
    converter = data_converter(Keyring.read(NEW))
    failure = Failure()
    await converter.encode_failure(ApplicationError("nobody answers at pl-77"), failure)
    assert b"pl-77" not in failure.SerializeToString()
    assert "pl-77" in str(await converter.decode_failure(failure))


@pytest.mark.parametrize(
    "text",
    ["a", "a:b", "a:AAAA", f"{NEW},{NEW}", f"x y:{NEW.partition(':')[2]}"],
    ids=["no secret", "too short", "too short in base64", "twice the same id", "a blank in the id"],
)
def test_a_malformed_list_of_keys_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="malformed"):
        Keyring.read(text)


def test_without_keys_nothing_is_encrypted() -> None:
    assert data_converter(Keyring.read("")).payload_codec is None
