"""Requests that are right, one or more for each address of ingest, and what they may be changed into."""

import gzip
from collections.abc import Callable
from typing import NamedTuple

from hypothesis import strategies as st

from tests.unit.series.ingest.asking import Answer


def as_api(answer: Answer) -> None:
    assert {"code", "message"} <= {*answer.json()["error"]}


def as_influxdb_v1(answer: Answer) -> None:
    assert isinstance(answer.json()["error"], str) and answer.headers["x-influxdb-error"]


def as_influxdb_v2(answer: Answer) -> None:
    assert {*answer.json()} == {"code", "message"}
    assert answer.headers["x-platform-error-code"] == answer.json()["code"]


def as_text(answer: Answer) -> None:
    assert answer.headers["content-type"] == "text/plain; charset=utf-8" and answer.body


def as_uptime_kuma(answer: Answer) -> None:
    assert answer.json()["ok"] is False and answer.json()["msg"]


class Format(NamedTuple):
    """An address with a request that is right. ``check``: what an error looks like. ``partial``: with which words it
    says that a part was written."""

    route: str
    method: str
    target: str
    bodies: list[bytes]
    check: Callable[[Answer], None]
    partial: bytes = b"\0"


LINES = [
    b'cpu,host=a value=1,user=2i,text="a b",on=t 1700000000000000000\n# no\n\nram free=1e3\r\n',
    b'cpu\\ x,ho\\=st=a\\,b value=-.5 1\nbad\ncpu text="two\nlines",x=1u',
]
PUSH = b'# HELP x words\n# TYPE x summary\nx{quantile="0.5"} 1\nx_sum 2\nx_count 3\n# TYPE y counter\ny{a="b\\""} 4\n'
METRIC = (
    b'{"name": "cpu", "tags": {"host": "a"}, "fields": {"idle": 91.5, "on": true, "x": "y"}, "timestamp": 1700000000}'
)
POINT = b'{"series": "cpu", "value": 12.5, "time": "2026-01-31T10:00:00Z", "tags": {"host": "a"}}'
ALERTS = (
    b'{"groupKey": "{}:{}", "alerts": [{"status": "firing", "labels": {"alertname": "Disk", "severity": "info"},'
    b' "annotations": {"summary": "full"}, "startsAt": "2026-02-06T13:08:45.8Z", "fingerprint": "f"}]}'
)
WIDGETS = [
    b'{"current": 1}',
    b'{"points": [{"x": 1700000000, "y": 2.5}], "items": [{"label": "a", "value": 3}], "text": "x"}',
]
FORMATS = [
    Format("api/points", "POST", "/api/points", [POINT, b"[%b, %b]" % (POINT, POINT), POINT + b"\n" + POINT], as_api),
    Format(
        "api/telegraf",
        "POST",
        "/api/telegraf",
        [METRIC, b'{"metrics": [%b, %b]}' % (METRIC, METRIC)],
        as_api,
        b"partial_write",
    ),
    Format("api/alertmanager", "POST", "/api/alertmanager", [ALERTS], as_api),
    Format("api/grafana", "PUT", "/api/grafana", [ALERTS], as_api),
    Format("widgets/<str:widget>", "POST", "/widgets/karma", WIDGETS, as_text),
    Format("write", "POST", "/write?db=a&precision=ns", LINES, as_influxdb_v1, b"partial write"),
    Format("api/v2/write", "POST", "/api/v2/write?bucket=a&precision=ns", LINES[:1], as_influxdb_v2, b"partial write"),
    Format(r"^metrics/job(?:@base64)?/[\s\S]+\Z", "PUT", "/metrics/job/a/b@base64/Yw/d/e%20f", [PUSH, b""], as_text),
    Format(
        r"^ping/(?P<secret>[\w-]{20,100})(?:/(?P<event>\w{1,5}))?\Z",
        "POST",
        "/ping/SECRET/fail",
        [b"", b"out"],
        as_text,
    ),
    Format(
        r"^api/push/(?P<secret>[\w-]{20,100})\Z", "GET", "/api/push/SECRET?status=up&ping=1.5", [b""], as_uptime_kuma
    ),
]
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"]
HEADERS = {
    "content-encoding": [b"gzip", b"x-gzip", b"identity", b"br", b"gzip, gzip", b"\xff", b""],
    "content-length": [b"0", b"5", b"-1", b"x", b"9" * 5000, b"600000000", b"\xb2", b""],
    "content-type": [
        b"application/json",
        b"application/x-ndjson",
        b"text/plain",
        b"multipart/form-data",
        b"\xff;=",
        b"",
    ],
    "authorization": [
        b"",
        b"Basic !",
        b"Basic /////w==",
        b"Bearer \xff",
        b"Token a:b",
        b"Bearer",
        b"Negotiate x",
        b"basic " + b"A" * 5000,
    ],
    "host": [b"localhost", b"elsewhere", b"\xff", b"localhost:99999", b"[::1", b""],
    "transfer-encoding": [b"chunked"],
    "x-forwarded-proto": [b"https", b"\xff"],
    "cookie": [b"sessionid=\xff; a", b"=" * 100],
}
# What may mean something in a body or an address.
PIECES = [
    *(
        b"\0",
        b"\n",
        b"\r",
        b"\t",
        b" ",
        b'"',
        b"\\",
        b",",
        b"=",
        b"{",
        b"}",
        b"[",
        b"]",
        b"#",
        b"%",
        b"/",
        b"&",
        b"?",
        b"-",
    ),
    *(
        b"\xff",
        b"\xc3\xbc",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"\xe2\x80\xa8",
        b"NaN",
        b"Infinity",
        b"1e400",
        b"0x1p99999",
    ),
    *(
        b"9" * 30,
        b"9" * 5000,
        b"null",
        b"true",
        b"\\u0000",
        b"\\ud800",
        b"%00",
        b"%FF",
        b"%2F",
        b"[" * 2000,
        b'{"a":' * 2000,
    ),
    *(b"x" * 300, b"# TYPE x gauge\n", b"@base64", b"precision=h", b"ping=nan", b"status=", b"-1700000000000000000"),
]


@st.composite
def changed(draw: st.DrawFn, original: bytes) -> bytes:
    """Some bytes more, fewer or others."""
    data = original
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 0, 1, 1, 2, 5, 20])))
        new = draw(st.sampled_from([*PIECES, b"", b"", data[start : start + 30] * 2]) | st.binary(max_size=4))
        data = data[:start] + new + data[end:]
    return data


@st.composite
def bodies(draw: st.DrawFn, originals: list[bytes]) -> tuple[bytes, bool]:
    """A body, and whether it is to be called gzip."""
    body = draw(st.sampled_from(originals).flatmap(changed) | st.binary(max_size=200))
    if draw(st.integers(0, 3)):
        return body, False
    packed = gzip.compress(body, mtime=0)
    return draw(st.sampled_from([packed, packed * 3, packed[:-3], packed + b"x"]) | changed(packed)), True


@st.composite
def headers(draw: st.DrawFn) -> list[tuple[bytes, bytes]]:
    names = draw(st.lists(st.sampled_from([*HEADERS]), max_size=2))
    return [(name.encode(), draw(st.sampled_from(HEADERS[name]) | st.binary(max_size=10))) for name in names]
