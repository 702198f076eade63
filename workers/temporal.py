"""The Temporal client, made the same way by every process."""

from temporalio.client import Client

from workers.codec import Keyring, data_converter

PLAIN = Keyring()


async def connect(address: str, namespace: str = "default", keyring: Keyring = PLAIN) -> Client:
    """A client whose payloads are our frozen models, encrypted if there are keys.

    Raises:
        RuntimeError: Temporal does not answer (from the SDK; names the address).
    """
    return await Client.connect(address, namespace=namespace, data_converter=data_converter(keyring))
