"""Whose request it is, behind proxies that are ours."""

from typing import Any

import pytest

from live.client_address import client_address, network


@pytest.mark.parametrize(
    ("proxies", "forwarded_for", "address"),
    [
        (0, ["203.0.113.7"], "127.0.0.1"),
        (1, ["203.0.113.7"], "203.0.113.7"),
        (1, ["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        (1, ["198.51.100.1", "203.0.113.7"], "203.0.113.7"),
        (2, ["198.51.100.1, 203.0.113.7, 10.0.0.1"], "203.0.113.7"),
        (2, ["203.0.113.7"], "127.0.0.1"),
        (1, [], "127.0.0.1"),
        (1, [""], "127.0.0.1"),
        (1, ["no address"], "127.0.0.1"),
        (1, ["2001:db8::7"], "2001:db8::7"),
    ],
)
def test_an_address_is_the_peers_or_what_our_own_proxies_say(
    settings: Any, proxies: int, forwarded_for: list[str], address: str
) -> None:
    settings.LIVE_TRUSTED_PROXIES = proxies
    assert client_address("127.0.0.1", forwarded_for) == address


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3::7", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", ""),
    ],
)
def test_one_client_has_a_whole_network_of_ipv6(address: str, client: str) -> None:
    assert network(address) == client
