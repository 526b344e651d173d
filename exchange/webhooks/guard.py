"""Where a webhook may go: an address of the open internet, looked up once, and connected to as looked up."""

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

Resolver = Callable[[str, int], Sequence[str]]
IP = ipaddress.IPv4Address | ipaddress.IPv6Address

LONGEST: Final = 500
# Networks that carry another address inside, which a router on the way may unwrap.
_WRAPPING: Final = tuple(
    ipaddress.ip_network(text)
    for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "::ffff:0:0:0/96")
)
# What the standard library of some Python counts as open although it leads to no single machine outside.
_SPECIAL: Final = tuple(ipaddress.ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24"))
_HOST: Final = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62}\.)*[a-z0-9_-]{0,62}[a-z0-9]\.?", re.ASCII)


class AddressRefused(Exception):
    """The address is not one that may be sent to; `fault` says why."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        super().__init__(fault)


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect (`ip`) and whom to speak to (`host`)."""

    scheme: str
    host: str
    port: int
    ip: str
    path: str


@dataclass(frozen=True, slots=True)
class Parts:
    """An address taken apart."""

    scheme: str
    host: str
    port: int
    path: str


def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of the host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def parts_of(address: str) -> Parts:
    """The address, if its form is one that may be sent to; AddressRefused. Nothing is looked up."""
    if not address.isascii() or len(address) > LONGEST or re.search(r"[\x00-\x20\x7f\\]", address):
        raise AddressRefused("form")
    try:
        split = urlsplit(address)
        port = split.port
    except ValueError:
        raise AddressRefused("form") from None
    if split.scheme not in _schemes():
        raise AddressRefused("not_https")
    host = split.hostname or ""
    if "@" in split.netloc or split.fragment or not host or "%" in host:
        raise AddressRefused("form")
    if ":" not in host and not _HOST.fullmatch(host):
        raise AddressRefused("form")
    path = (split.path or "/") + (f"?{split.query}" if split.query else "")
    return Parts(split.scheme, host, port or (443 if split.scheme == "https" else 80), path)


def refuse_at_once(address: str) -> None:
    """AddressRefused for what can be told from the address alone, before anybody waits for it."""
    parts = parts_of(address)
    try:
        literal = ipaddress.ip_address(parts.host)
    except ValueError:
        return
    if not is_open(literal):
        raise AddressRefused("not_public")


def target_of(address: str, resolver: Resolver = resolve) -> Target:
    """Where to connect: one lookup, and every answer of it must be public; AddressRefused."""
    parts = parts_of(address)
    try:
        found = [ipaddress.ip_address(text) for text in resolver(parts.host, parts.port)]
    except (OSError, ValueError, UnicodeError):
        raise AddressRefused("not_found") from None
    if not found:
        raise AddressRefused("not_found")
    if not all(is_open(one) for one in found):
        raise AddressRefused("not_public")
    return Target(parts.scheme, parts.host, parts.port, str(found[0]), parts.path)


def is_open(address: IP) -> bool:
    """Whether it is an address of the open internet and of one machine."""
    if settings.WEBHOOKS_TO_THIS_MACHINE and address.is_loopback:
        return True
    if isinstance(address, ipaddress.IPv4Address):
        if any(address in network for network in _SPECIAL):
            return False
    else:
        if address.ipv4_mapped is not None or address.scope_id is not None or address.is_site_local:
            return False
        if any(address in network for network in _WRAPPING):
            return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local
    )


def _schemes() -> tuple[str, ...]:
    return ("https", "http") if settings.WEBHOOKS_TO_THIS_MACHINE else ("https",)
