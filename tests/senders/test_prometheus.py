"""prometheus_client pushes as to a Pushgateway."""

import time
from collections.abc import Callable
from urllib.error import HTTPError

import pytest
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Enum,
    Gauge,
    Histogram,
    Info,
    Summary,
    delete_from_gateway,
    push_to_gateway,
    pushadd_to_gateway,
)
from prometheus_client.exposition import basic_auth_handler

from tests.senders.stored import points, values
from tests.servers import Site

pytestmark = pytest.mark.senders
Handler = Callable[..., Callable[[], None]]


def with_token(token: str) -> Handler:
    def handler(url: str, method: str, timeout: float | None, headers: list[tuple[str, str]], data: bytes):
        return basic_auth_handler(url, method, timeout, headers, data, "any", token)

    return handler


@pytest.fixture
def handler(board: Site) -> Handler:
    return with_token(board.token)


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


def test_a_push_of_every_type(board: Site, handler: Handler, registry: CollectorRegistry) -> None:
    Gauge("pc_all_gauge", "A gauge.", ["room"], registry=registry).labels("living room").set(21.5)
    counter = Counter("pc_all_jobs", "A counter.", registry=registry)
    counter.inc(3)
    histogram = Histogram("pc_all_seconds", "A histogram.", buckets=[1, 5], registry=registry)
    summary = Summary("pc_all_bytes", "A summary.", registry=registry)
    for value in (0.5, 2, 7):
        histogram.observe(value)
        summary.observe(value)
    Enum("pc_all_state", "A state.", states=["up", "down"], registry=registry).state("down")
    Info("pc_all_build", "Words.", registry=registry).info({"version": "1.2"})
    began = time.time()
    push_to_gateway(f"127.0.0.1:{board.port}", job="all", registry=registry, handler=handler)
    stored = values(board, "pc_all")
    created = [series for series, value in stored if "_created" in series and began - 60 < value <= time.time()]
    assert created == [f"pc_all_{name}_created{{job=all}}" for name in ("bytes", "jobs", "seconds")]
    assert [point for point in stored if point[0] not in created] == [
        ("pc_all_build_info{job=all,version=1.2}", 1),
        ("pc_all_bytes_count{job=all}", 3),
        ("pc_all_bytes_sum{job=all}", 9.5),
        ("pc_all_gauge{job=all,room=living room}", 21.5),
        ("pc_all_jobs_total{job=all}", 3),
        ("pc_all_seconds_bucket{job=all,le=+Inf}", 3),
        ("pc_all_seconds_bucket{job=all,le=1.0}", 1),
        ("pc_all_seconds_bucket{job=all,le=5.0}", 2),
        ("pc_all_seconds_count{job=all}", 3),
        ("pc_all_seconds_sum{job=all}", 9.5),
        ("pc_all_state{job=all,pc_all_state=down}", 1),
        ("pc_all_state{job=all,pc_all_state=up}", 0),
    ]
    pushed = [point for point in points(board, "push_time_seconds") if point.series.endswith("{job=all}")]
    assert len(pushed) == 1 and began <= pushed[0].value <= time.time()


def test_a_push_adds_points_and_a_group_is_deleted(board: Site, handler: Handler, registry: CollectorRegistry) -> None:
    gauge = Gauge("pc_again", "A gauge.", registry=registry)
    for value, push in enumerate([push_to_gateway, pushadd_to_gateway, push_to_gateway]):
        gauge.set(value)
        push(board.address, job="again", registry=registry, handler=handler)
    assert values(board, "pc_again") == [("pc_again{job=again}", value) for value in range(3)]
    delete_from_gateway(board.address, job="again", handler=handler)
    assert len(values(board, "pc_again")) == 3, "what has been measured stays"
    # The group is gone, and with it the type of what was in it.
    other = CollectorRegistry()
    Counter("pc_again", "Now a counter.", registry=other).inc()
    push_to_gateway(board.address, job="other", registry=other, handler=handler)
    assert ("pc_again_total{job=other}", 1) in values(board, "pc_again")


@pytest.mark.parametrize(
    ("number", "value"), list(enumerate(["web-1", "two words", "/var/log", "größe", "a+b&c=d%", ""]))
)
def test_a_group_of_any_name(
    board: Site, handler: Handler, registry: CollectorRegistry, number: int, value: str
) -> None:
    Gauge(f"pc_group_{number}_", "A gauge.", registry=registry).set(number)
    key = {"instance": value}
    pushadd_to_gateway(board.address, job="a/b c", grouping_key=key, registry=registry, handler=handler)
    tags = {"instance": value.replace("=", "\\="), "job": "a/b c"}
    shown = ",".join(f"{name}={text}" for name, text in tags.items() if text)
    assert values(board, f"pc_group_{number}_") == [(f"pc_group_{number}_{{{shown}}}", number)]


def test_a_push_in_gzip(board: Site, handler: Handler, registry: CollectorRegistry) -> None:
    Gauge("pc_gzip", "A gauge.", registry=registry).set(1)
    push_to_gateway(board.address, job="gzip", registry=registry, handler=handler, compression="gzip")
    assert values(board, "pc_gzip") == [("pc_gzip{job=gzip}", 1)]


@pytest.mark.parametrize("token", ["", "x" * 43])
def test_an_unknown_token_is_said(board: Site, registry: CollectorRegistry, token: str) -> None:
    Gauge("pc_unknown", "A gauge.", registry=registry).set(1)
    with pytest.raises(HTTPError) as caught:
        push_to_gateway(board.address, job="unknown", registry=registry, handler=with_token(token))
    caught.value.close()
    assert caught.value.code == 401
    assert values(board, "pc_unknown") == []


def test_one_name_of_two_types_is_said(board: Site, handler: Handler, registry: CollectorRegistry) -> None:
    Gauge("pc_types", "A gauge.", registry=registry).set(1)
    push_to_gateway(board.address, job="one", registry=registry, handler=handler)
    other = CollectorRegistry()
    Summary("pc_types", "A summary.", registry=other).observe(1)
    with pytest.raises(HTTPError) as caught:
        push_to_gateway(board.address, job="two", registry=other, handler=handler)
    with caught.value:
        assert caught.value.code == 400 and b"pc_types is not a GAUGE" in caught.value.read()
    assert values(board, "pc_types") == [("pc_types{job=one}", 1)]
