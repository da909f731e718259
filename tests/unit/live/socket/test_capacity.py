"""What of a process strangers may have."""

import resource
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.socket.capacity import (
    DESCRIPTORS_PER_REQUEST,
    MAX_SOCKETS,
    RESERVED_DESCRIPTORS,
    Capacity,
    Sockets,
    raise_descriptor_limit,
)


@given(descriptors=st.integers(200, 1 << 21))
def test_everything_together_fits_into_the_descriptors(descriptors: int) -> None:
    capacity = Capacity.of(descriptors)
    taken = capacity.sockets + 2 * capacity.http_connections + DESCRIPTORS_PER_REQUEST * capacity.requests
    assert taken + RESERVED_DESCRIPTORS <= descriptors
    assert min(capacity.requests, capacity.http_connections, capacity.sockets) > 1


@pytest.mark.parametrize(
    ("descriptors", "capacity"),
    [(256, Capacity(16, 16, 96)), (1024, Capacity(40, 100, 600)), (65536, Capacity(40, 2000, MAX_SOCKETS))],
)
def test_capacity_of_usual_limits(descriptors: int, capacity: Capacity) -> None:
    assert Capacity.of(descriptors) == capacity


@pytest.mark.parametrize(
    ("soft", "hard", "limit"), [(256, 4096, 4096), (256, -1, 1 << 20), (-1, -1, 1 << 20), (512, 512, 512)]
)
def test_the_limit_is_raised_to_the_hard_one(monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, limit: int) -> None:
    calls: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "RLIM_INFINITY", -1)
    monkeypatch.setattr(resource, "getrlimit", lambda what: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda what, limits: calls.append(limits))
    assert raise_descriptor_limit() == limit
    assert calls == ([(limit, hard)] if soft not in {-1, limit} else [])


def test_a_limit_that_cannot_be_raised_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(what: int, limits: tuple[int, int]) -> None:
        raise ValueError

    monkeypatch.setattr(resource, "getrlimit", lambda what: (256, 4096))
    monkeypatch.setattr(resource, "setrlimit", refuse)
    assert raise_descriptor_limit() == 256


def test_sockets_are_counted_in_all_and_for_each_client(settings: Any) -> None:
    settings.LIVE_MAX_SOCKETS_PER_ADDRESS = 2
    sockets = Sockets(3)
    for _ in range(2):
        assert sockets.exceeded("a") is None
        sockets.add("a")
    assert sockets.exceeded("a") == "address"
    assert sockets.exceeded("b") is None
    sockets.add("b")
    assert sockets.exceeded("c") == "sockets"
    sockets.remove("a")
    assert sockets.exceeded("a") is None
    for address in ("a", "b"):
        sockets.remove(address)
    assert not sockets._of
