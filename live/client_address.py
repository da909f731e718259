"""Whose request it is: what limits and throttles count by."""

import ipaddress
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest

# Of the network that one IPv6 client has for itself.
IPV6_PREFIX = 64


def client_address(peer: str, forwarded_for: Iterable[str]) -> str:
    """Whose connection this is: the peer's, or what ``LIVE_TRUSTED_PROXIES`` proxies say in ``X-Forwarded-For``.

    A client may send that header, too: only the last names in it, one for each proxy, are our proxies' own.
    """
    proxies = getattr(settings, "LIVE_TRUSTED_PROXIES", 0)
    names = [name.strip() for value in forwarded_for for name in value.split(",")]
    if not 0 < proxies <= len(names):
        return peer
    try:
        return str(ipaddress.ip_address(names[-proxies]))
    except ValueError:
        return peer


def address_of(request: HttpRequest) -> str:
    """Whose request it is: see ``client_address``."""
    return client_address(request.META.get("REMOTE_ADDR", ""), [request.headers.get("X-Forwarded-For", "")])


def network(address: str) -> str:
    """What counts as one client: an IPv4 address, or an IPv6 network of the size that everybody gets."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if known.version == 4:
        return str(known)
    return str(known.ipv4_mapped or ipaddress.ip_network((known, IPV6_PREFIX), strict=False))
