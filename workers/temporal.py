"""The Temporal client, made the same way by every process."""

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter


async def connect(address: str, namespace: str = "default") -> Client:
    """A client whose payloads are our frozen models.

    Raises:
        RuntimeError: Temporal does not answer (from the SDK; names the address).
    """
    return await Client.connect(address, namespace=namespace, data_converter=pydantic_data_converter)
