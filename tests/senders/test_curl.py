"""curl: native JSON, lines, and heartbeats as healthchecks.io and Uptime Kuma document them."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.senders.curl import curl
from tests.senders.stored import Stored, points, values
from tests.servers import Site

pytestmark = pytest.mark.senders
TIME = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)


def since(board: Site, before: list[Stored]) -> list[tuple[str, float]]:
    """What ``backup`` has had since then, in order of time."""
    new = set(points(board, "backup")) - set(before)
    return [(point.series, point.value) for point in sorted(new, key=lambda point: point.time)]


class TestPoints:
    @pytest.fixture
    def bearer(self, board: Site) -> tuple[str, ...]:
        return ("-H", f"Authorization: Bearer {board.token}", f"{board.address}/api/points")

    def test_one_object(self, board: Site, bearer: tuple[str, ...]) -> None:
        assert curl("--json", '{"series": "c_one", "value": 12}', *bearer) == (200, '{"accepted": 1}')
        assert values(board, "c_one") == [("c_one", 12)]

    def test_an_array_with_times_and_tags(self, board: Site, bearer: tuple[str, ...]) -> None:
        body = [
            {"series": "c_array", "value": 1, "time": TIME.isoformat(), "tags": {"host": "a"}},
            {"series": "c_array", "value": 2.5, "time": TIME.timestamp() + 0.25, "tags": {"host": "a"}},
        ]
        assert curl("--json", json.dumps(body), *bearer) == (200, '{"accepted": 2}')
        times = [TIME, TIME + timedelta(seconds=0.25)]
        assert points(board, "c_array") == [
            ("c_array{host=a}", time, v) for time, v in zip(times, (1, 2.5), strict=True)
        ]

    @pytest.mark.parametrize("extra", [(), ("-H", "Transfer-Encoding: chunked")])
    def test_lines_through_a_pipe_in_gzip(self, board: Site, bearer: tuple[str, ...], extra: tuple[str, ...]) -> None:
        name = f"c_lines_{len(extra)}_"
        lines = "".join(
            json.dumps({"series": name, "value": n, "time": TIME.timestamp() + n}) + "\n" for n in range(3000)
        )
        headers = ("-H", "Content-Type: application/x-ndjson", "-H", "Content-Encoding: gzip", *extra)
        body = gzip.compress(lines.encode())
        assert curl(*headers, "--data-binary", "@-", *bearer, data=body) == (200, '{"accepted": 3000}')
        assert points(board, name) == [(name, TIME + timedelta(seconds=n), n) for n in range(3000)]

    def test_a_body_so_long_that_curl_asks_before_it_sends_it(self, board: Site) -> None:
        lines = "".join(f"c_long,n={n % 20} value={n} {int(TIME.timestamp())}{n * 1000:09}\n" for n in range(40_000))
        assert len(lines) > 1 << 20
        header = f"Authorization: Token {board.token}"
        address = f"{board.address}/api/v2/write?bucket=any"
        assert curl("-H", header, "--data-binary", "@-", address, data=lines.encode()) == (204, "")
        assert len(points(board, "c_long")) == 40_000

    def test_a_form_is_said_to_be_none(self, board: Site, bearer: tuple[str, ...]) -> None:
        status, body = curl("-d", '{"series": "c_form", "value": 12}', *bearer)
        assert status == 415 and "With curl -d add -H 'Content-Type: application/json'" in body
        assert values(board, "c_form") == []

    def test_influxdb_s_example(self, board: Site) -> None:
        """Of https://docs.influxdata.com/influxdb/v2/write-data/developer-tools/api/, gzip as it has it."""
        seconds = int(TIME.timestamp())
        lines = f"c_airSensors,sensor_id=TLM0201 temperature=73.97,humidity=35.23,co=0.484 {seconds}\n"
        arguments = [
            *("--request", "POST", f"{board.address}/api/v2/write?org=ORG&bucket=BUCKET&precision=s"),
            *("--header", f"Authorization: Token {board.token}", "--header", "Content-Encoding: gzip"),
            *("--header", "Content-Type: text/plain; charset=utf-8", "--header", "Accept: application/json"),
        ]
        assert curl(*arguments, "--data-binary", "@-", data=gzip.compress(lines.encode())) == (204, "")
        names = {"co": 0.484, "humidity": 35.23, "temperature": 73.97}
        assert points(board, "c_air") == [
            (f"c_airSensors.{name}{{sensor_id=TLM0201}}", TIME, value) for name, value in names.items()
        ]

    def test_influxdb_1_with_the_password_in_the_address(self, board: Site) -> None:
        address = f"{board.address}/write?db=mydb&u=any&p={board.token}"
        lines = "c_old,host=server01 value=0.64\n"
        assert curl("-i", "-XPOST", address, "--data-binary", lines)[0] == 204
        assert values(board, "c_old") == [("c_old{host=server01}", 0.64)]


class TestHealthchecks:
    """Of https://healthchecks.io/docs/http_api/ and its pages for shells."""

    OPTIONS = ("-f", "-m", "10", "--retry", "5")

    @pytest.mark.parametrize(
        ("event", "value"), [("", 1), ("/start", 2), ("/fail", 0), ("/log", None), ("/0", 1), ("/1", 0), ("/127", 0)]
    )
    def test_an_event(self, board: Site, narrow: str, event: str, value: float | None) -> None:
        before = points(board, "backup")
        rid = "?rid=728b3763-44fd-4e8f-8c3c-4ee28a8f9b0c"
        assert curl(*self.OPTIONS, f"{board.address}/ping/{narrow}{event}{rid}") == (200, "OK")
        assert since(board, before) == ([] if value is None else [("backup", value)])

    def test_the_output_of_a_job_is_sent_along(self, board: Site, narrow: str) -> None:
        before = points(board, "backup")
        address = f"{board.address}/ping/{narrow}"
        output = b"line\n" * 10_000
        assert curl(*self.OPTIONS, "--data-binary", "@-", address, data=output) == (200, "OK")
        assert curl(*self.OPTIONS, "--data-raw", "output", f"{address}/1") == (200, "OK")
        assert curl("-I", address)[0] == 200
        assert since(board, before) == [("backup", 1), ("backup", 0), ("backup", 1)]

    def test_an_unknown_token_is_said(self, board: Site) -> None:
        assert curl(f"{board.address}/ping/{'x' * 43}") == (404, "not found")


class TestUptimeKuma:
    """Of its push monitors: what their page shows, and what its own pusher sends."""

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("?status=up&msg=OK&ping=", [("backup", 1)]),
            ("?status=up&msg=OK&ping=12.3", [("backup", 1), ("backup.ping", 12.3)]),
            ("?status=down&msg=No%20space%20left&ping=", [("backup", 0)]),
            ("", [("backup", 1)]),
        ],
    )
    def test_a_heartbeat(self, board: Site, narrow: str, query: str, expected: list[tuple[str, float]]) -> None:
        before = points(board, "backup")
        status, body = curl(f"{board.address}/api/push/{narrow}{query}")
        assert (status, json.loads(body)) == (200, {"ok": True})
        assert sorted(since(board, before)) == expected

    def test_an_unknown_token_is_said(self, board: Site) -> None:
        status, body = curl(f"{board.address}/api/push/{'x' * 43}?status=up&msg=OK&ping=")
        assert (status, json.loads(body)) == (404, {"ok": False, "msg": "Monitor not found or not active."})
