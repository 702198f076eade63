"""Webhooks reach hosts on the internet and nothing else, whatever a URL looks like or a name server says."""

import asyncio
import ssl
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import cycle
from typing import Any

import pytest
from httpcore2 import AsyncMockBackend, AsyncNetworkStream, ConnectError
from hypothesis import given
from hypothesis import strategies as st

from activities.webhooks.addresses import may_be_called
from activities.webhooks.courier import Answered, Courier
from activities.webhooks.guard import ForbiddenError, Guard, read_url
from tests.webhooks.addresses import ACCEPTED, ALLOWED, FORBIDDEN, REFUSED
from tests.webhooks.receiver import receiving

NOW = datetime(2027, 7, 6, 12, tzinfo=UTC)
HELLO = "https://crm.example.org/hook"
OK = b"HTTP/1.1 204 No Content\r\n\r\n"
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Named(AsyncNetworkStream):
    """Notes for whom a certificate is asked."""

    def __init__(self, stream: AsyncNetworkStream, named: list[str]) -> None:
        self._stream, self._named = stream, named
        self.read, self.write, self.aclose = stream.read, stream.write, stream.aclose
        self.get_extra_info = stream.get_extra_info

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> AsyncNetworkStream:
        self._named.append(server_hostname or "")
        return await self._stream.start_tls(ssl_context, server_hostname, timeout)


class Network(AsyncMockBackend):
    """Counts whom is connected to; every host answers the same."""

    def __init__(self, answer: bytes = OK, down: Sequence[str] = ()) -> None:
        super().__init__([answer])
        self.called: list[str] = []
        self.named: list[str] = []
        self.down = down

    async def connect_tcp(self, host: str, port: int, *rest: Any, **options: Any) -> AsyncNetworkStream:
        self.called.append(host)
        if host in self.down:
            raise ConnectError("down")
        stream = await super().connect_tcp(host, port, *rest, **options)
        return Named(stream, self.named)


class Names:
    """A name server that says the next thing each time it is asked."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.asked: list[str] = []
        self._answers = cycle(answers)

    async def __call__(self, host: str, _: int) -> Sequence[str]:
        self.asked.append(host)
        return next(self._answers)


async def send(url: str, network: Network, names: Names, *, local: bool = False) -> Answered:
    return await Courier(Guard(local=local, resolver=names), backend=network, trusted=NO_CERTIFICATES).send(
        url, {}, b"{}", NOW
    )


def test_there_are_more_than_two_hundred_cases() -> None:
    assert len(set(REFUSED)) + len(set(FORBIDDEN)) > 250


async def test_no_url_that_is_refused_is_resolved_or_called() -> None:
    network, names = Network(), Names(["8.8.8.8"])
    for url in REFUSED:
        with pytest.raises(ForbiddenError):
            read_url(url, local=False)
        answered = await send(url, network, names)
        assert (answered.status, answered.failure) == (None, "forbidden"), url
    assert (network.called, names.asked) == ([], [])


async def test_no_name_is_followed_to_a_forbidden_address() -> None:
    network = Network()
    for address in FORBIDDEN:
        for found in ([address], ["8.8.8.8", address], [address, "2606:4700::1"]):
            answered = await send(HELLO, network, Names(found))
            assert answered.failure == "forbidden", found
            with pytest.raises(ForbiddenError):
                await Guard(resolver=Names(found)).check(HELLO)
    assert network.called == []


async def test_no_forbidden_case_opens_a_connection_on_the_real_network_either() -> None:
    called: list[Any] = []
    watching = True

    def watch(event: str, given: Any) -> None:
        if watching and event == "socket.connect":
            called.append(given[1])

    sys.addaudithook(watch)
    async with receiving() as somebody:
        for url in (*REFUSED, somebody.url):
            assert (await Courier(Guard(), trusted=NO_CERTIFICATES).send(url, {}, b"", NOW)).failure == "forbidden", url
        for address in FORBIDDEN:
            courier = Courier(Guard(resolver=Names([address])), trusted=NO_CERTIFICATES)
            assert (await courier.send(HELLO, {}, b"", NOW)).failure == "forbidden", address
        assert called == []
        assert (await Courier(Guard(local=True)).send(somebody.url, {}, b"{}", NOW)).status == 204
    assert len(called) == 1, "the watch sees connections"
    watching = False


async def test_what_is_allowed_is_called_by_the_address_that_was_checked() -> None:
    for address in ALLOWED:
        network = Network()
        assert (await send(HELLO, network, Names([address]))).status == 204, address
        assert network.called == [str(ip_address(address))]
    for url in ACCEPTED:
        assert (await send(url, Network(), Names(["1.1.1.1"]))).status == 204, url


async def test_a_name_is_asked_once_for_each_request_so_that_it_cannot_lead_elsewhere_meanwhile() -> None:
    network, names = Network(), Names(["8.8.8.8"], ["127.0.0.1"])
    first, second = await send(HELLO, network, names), await send(HELLO, network, names)
    assert (first.status, second.failure) == (204, "forbidden")
    assert (network.called, len(names.asked)) == (["8.8.8.8"], 2)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("to", ["http://169.254.169.254/latest", "https://crm.example.org/other", "//127.0.0.1/"])
async def test_a_redirect_is_not_followed(status: int, to: str) -> None:
    network = Network(f"HTTP/1.1 {status} Moved\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode())
    answered = await send(HELLO, network, Names(["8.8.8.8"]))
    assert (answered.status, answered.failure, network.called) == (status, "redirected", ["8.8.8.8"])


async def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    network = Network()
    await send(HELLO, network, Names(["8.8.8.8"]))
    assert network.called == ["8.8.8.8"]


async def test_the_certificate_is_that_of_the_name_not_of_the_address() -> None:
    network = Network()
    await send(HELLO, network, Names(["8.8.8.8"]))
    assert (network.called, network.named) == (["8.8.8.8"], ["crm.example.org"])


async def test_the_next_address_is_called_when_the_first_does_not_answer() -> None:
    network = Network(down=["2606:4700::1"])
    assert (await send(HELLO, network, Names(["2606:4700::1", "8.8.8.8"]))).status == 204
    assert network.called == ["2606:4700::1", "8.8.8.8"]


async def test_a_slow_name_server_counts_as_a_slow_receiver() -> None:
    async def slow(_: str, __: int) -> Sequence[str]:
        await asyncio.sleep(60)
        return []

    answered = await Courier(Guard(resolver=slow), backend=Network(), trusted=NO_CERTIFICATES, seconds=0.02).send(
        HELLO, {}, b"", NOW
    )
    assert answered.failure == "timeout"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9000/x", "http://localhost/", "https://[::1]:8443/", "http://127.1.1.1/"]
)
async def test_the_embedded_stack_may_reach_this_machine_and_no_other_way_in(url: str) -> None:
    assert read_url(url, local=True).local
    for found in ("10.0.0.1", "169.254.169.254", "8.8.8.8"):
        network = Network()
        assert (await send(url, network, Names([found]), local=True)).failure == "forbidden"
        assert network.called == []
    network = Network()
    assert (await send(HELLO, network, Names(["127.0.0.1"]), local=True)).failure == "forbidden"
    assert (await send(url, network, Names(["127.0.0.1"]), local=True)).status == 204
    assert network.called == ["127.0.0.1"]


@pytest.mark.parametrize("url", ["http://127.0.0.1.nip.io/", "http://2130706433/", "http://10.0.0.1/", "http://[::]/"])
async def test_the_embedded_stack_takes_no_other_http(url: str) -> None:
    with pytest.raises(ForbiddenError):
        read_url(url, local=True)


@given(st.text(max_size=60) | st.text("htps:/@.[]0x1%\\#?", max_size=60).map(lambda text: f"https://{text}"))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        target = read_url(text, local=False)
    except ForbiddenError:
        return
    assert (target.scheme, "." in target.host, target.path[0]) == ("https", True, "/")


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_no_address_that_python_calls_private_is_called(address: IPv4Address) -> None:
    assert not (may_be_called(address) and not address.is_global)
    assert not may_be_called(IPv6Address(b"\0" * 10 + b"\xff\xff" + address.packed))
