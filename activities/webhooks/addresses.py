"""Which addresses on the internet a webhook may reach: unicast ones that anybody could reach, and no others.

The lists are those of IANA's special-purpose registries, kept here because `ipaddress.is_global` differs between
releases of Python; with them the addresses at which clouds serve metadata.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

FORBIDDEN_V4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16/32",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
UNICAST_V6 = IPv6Network("2000::/3")
"""What is given out of IPv6. NAT64, mapped, local and multicast addresses lie outside."""

FORBIDDEN_V6 = tuple(
    map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "3ffe::/16"))
)
ISATAP = (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe")

Address = IPv4Address | IPv6Address


def read_address(text: str) -> Address:
    """An address as a resolver gives it. Raises ValueError."""
    return ip_address(text)


def may_be_called(address: Address) -> bool:
    """Whether a webhook may be sent there."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in FORBIDDEN_V4)
    if address not in UNICAST_V6 or address.scope_id or any(address in network for network in FORBIDDEN_V6):
        return False
    packed = address.packed
    return packed[8:12] not in ISATAP or may_be_called(IPv4Address(packed[12:]))


def is_loopback(address: Address) -> bool:
    """Whether it is this machine, however it is written."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback
