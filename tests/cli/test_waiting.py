"""A process that starts before its servers waits for them, and says in the end which one never came."""

import pytest

from cli.errors import UserError
from cli.stack.ports import free_port
from cli.waiting import connected, until_open
from workers.settings import Settings


async def test_a_server_that_stays_away_is_named_with_its_address_and_without_its_password() -> None:
    port = free_port()
    settings = Settings.model_validate(
        {"DATABASE_URL": f"postgresql://me:secret@127.0.0.1:{port}/x", "TEMPORAL_ADDRESS": f"127.0.0.1:{port}"}
    )
    for wait, server in ((until_open, "Postgres"), (connected, "Temporal")):
        with pytest.raises(UserError, match=rf"^{server} at 127\.0\.0\.1:{port} does not answer; gave up after 0 s$"):
            await wait(settings, patience=0.1)
