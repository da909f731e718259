"""What series without a label are called: by what differs between them."""

import pytest

from boards.data.line_names import differences, in_full
from live.charts.output.chart import Data

REQUESTS = [
    ("http_requests_total", {"code": code, "method": method, "instance": "web-1:9090"})
    for code, method in (("200", "GET"), ("200", "POST"), ("500", "GET"))
]


@pytest.mark.parametrize(
    ("series", "names", "common"),
    [
        (
            REQUESTS,
            ["code=200, method=GET", "code=200, method=POST", "code=500, method=GET"],
            "http_requests_total{instance=web-1:9090}",
        ),
        ([("cpu", {}), ("memory", {})], ["cpu", "memory"], ""),
        ([("net.in", {}), ("net.out", {})], ["in", "out"], "net"),
        ([("a.b.c", {}), ("a.b", {})], ["b.c", "b"], "a"),
        ([("cpu", {"host": "a"}), ("cpu", {})], ["host=a", "cpu"], "cpu"),
        ([("cpu", {"host": "a"}), ("disk", {"host": "b"})], ["cpu{host=a}", "disk{host=b}"], ""),
        ([("cpu", {"host": "a"}), ("disk", {"host": "a"})], ["cpu", "disk"], "host=a"),
    ],
)
def test_what_differs(series: list[tuple[str, dict[str, str]]], names: list[str], common: str) -> None:
    assert differences(series) == (names, common)


def test_a_table_has_the_whole_identity() -> None:
    data = Data(("Time", "in"), [("in", 1.0), (2.0, "in"), ()], "B")
    assert in_full(data, {"in": "net.in"}) == Data(["Time", "net.in"], [("net.in", 1.0), (2.0, "in"), ()], "B")
