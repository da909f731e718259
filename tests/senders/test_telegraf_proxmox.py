"""Telegraf and Proxmox, which no package brings: requests as they send them, headers and all.

Read in their sources: plugins/outputs/{influxdb_v2,influxdb,http}/http.go of Telegraf 1.36, PVE/Status/InfluxDB.pm.
"""

import gzip
import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.senders.stored import points, values
from tests.servers import Answer, Site

pytestmark = pytest.mark.senders
TIME = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
SECONDS = int(TIME.timestamp())
GO = {"User-Agent": "Telegraf/1.36.1 Go/1.25.1", "Accept-Encoding": "gzip"}


def chunks(body: bytes, size: int = 1000) -> Iterator[bytes]:
    """Go does not know how long a body is that is compressed while it is sent: it comes in chunks, without a length."""
    return (body[start : start + size] for start in range(0, len(body), size))


def lines(host: str) -> str:
    """What the inputs cpu, disk and system measure."""
    return (
        f"cpu,cpu=cpu-total,host={host} usage_user=4.25,usage_idle=91.5 {SECONDS}000000000\n"
        f"disk,device=sda1,fstype=ext4,host={host},path=/ total=243334156288i,used_percent=12.5 {SECONDS}000000000\n"
        f"system,host={host} load1=0.5,n_cpus=8i {SECONDS}000000000\n"
        f"system,host={host} uptime=183840i {SECONDS}000000000\n"
        f'system,host={host} uptime_format="2 days,  3:04" {SECONDS}000000000\n'
    )


def expected(host: str) -> list[tuple[str, datetime, float]]:
    return [
        (f"cpu.usage_idle{{cpu=cpu-total,host={host}}}", TIME, 91.5),
        (f"cpu.usage_user{{cpu=cpu-total,host={host}}}", TIME, 4.25),
        (f"disk.total{{device=sda1,fstype=ext4,host={host},path=/}}", TIME, 243334156288),
        (f"disk.used_percent{{device=sda1,fstype=ext4,host={host},path=/}}", TIME, 12.5),
        (f"system.load1{{host={host}}}", TIME, 0.5),
        (f"system.n_cpus{{host={host}}}", TIME, 8),
        (f"system.uptime_format{{host={host}}}", TIME, "2 days,  3:04"),
        (f"system.uptime{{host={host}}}", TIME, 183840),
    ]


def of_host(board: Site, host: str) -> list[tuple[str, datetime, float]]:
    stored = [point for name in ("cpu", "disk", "system") for point in points(board, f"{name}.")]
    return [tuple(point) for point in stored if f"host={host}" in point.series]


class TestTelegrafForInfluxDB2:
    def write(self, board: Site, body: str, token: str = "") -> Answer:
        headers = {
            **GO,
            "Authorization": f"Token {token or board.token}",
            "Content-Encoding": "gzip",
            "Content-Type": "text/plain; charset=utf-8",
        }
        path = "/api/v2/write?bucket=any&org=any"
        return board.http("POST", path, chunks(gzip.compress(body.encode()), 100), headers)

    def test_a_batch(self, board: Site) -> None:
        answer = self.write(board, lines("tele-2"))
        assert (answer.status, answer.text) == (204, "")
        assert of_host(board, "tele-2") == expected("tele-2")

    def test_thousands_of_metrics(self, board: Site) -> None:
        body = "".join(f"tele_many,n={n % 50} a={n},b={n / 8} {SECONDS}{n * 1000:09}\n" for n in range(5000))
        assert self.write(board, body).status == 204
        assert len(points(board, "tele_many")) == 10_000

    def test_it_drops_what_cannot_be_kept_alone_and_logs_the_reason(self, board: Site) -> None:
        tag = "x" * 300
        answer = self.write(board, f"tele_partial,command={tag} a=1\ntele_partial a=2\n")
        assert answer.status == 422
        error = json.loads(answer.text)
        assert error["code"] == "unprocessable entity" and "line 1: the tag 'command' must be" in error["message"]
        assert values(board, "tele_partial") == [("tele_partial.a", 2)]

    def test_it_keeps_its_buffer_where_the_token_is_unknown(self, board: Site) -> None:
        answer = self.write(board, lines("tele-unknown"), "x" * 43)
        assert answer.status == 401
        assert json.loads(answer.text) == {"code": "unauthorized", "message": "unauthorized access"}
        assert of_host(board, "tele-unknown") == []

    def test_it_splits_what_is_too_much(self, board: Site) -> None:
        answer = self.write(board, "tele_large value=1 1\n" * 60_000)
        assert answer.status == 413
        assert json.loads(answer.text)["code"] == "request too large"
        assert values(board, "tele_large") == []


class TestTelegrafForInfluxDB1:
    def headers(self, board: Site) -> dict[str, str]:
        return {**GO, "Authorization": f"Basic {b64encode(f'any:{board.token}'.encode()).decode()}"}

    def test_it_makes_its_database_and_sends_a_batch(self, board: Site) -> None:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        body = b"q=CREATE+DATABASE+%22any%22"
        made = board.http("POST", "/query", body, {**self.headers(board), **form})
        assert made.status == 200 and json.loads(made.text) == {"results": [{"statement_id": 0}]}
        text = {"Content-Type": "text/plain; charset=utf-8", "Content-Encoding": "gzip"}
        body = chunks(gzip.compress(lines("tele-1").encode()), 100)
        answer = board.http("POST", "/write?consistency=any&db=any", body, {**self.headers(board), **text})
        # It takes any other status for an error.
        assert answer.status == 204
        assert of_host(board, "tele-1") == expected("tele-1")


class TestTelegrafForHTTP:
    def write(self, board: Site, metrics: list[dict[str, object]], **more: str) -> Answer:
        headers = {**GO, "Content-Type": "text/plain; charset=utf-8", "Authorization": f"Bearer {board.token}", **more}
        body = json.dumps({"metrics": metrics}, separators=(",", ":")).encode()
        is_gzip = "Content-Encoding" in headers
        return board.http("POST", "/api/telegraf", chunks(gzip.compress(body)) if is_gzip else body, headers)

    @pytest.mark.parametrize("more", [{}, {"Content-Encoding": "gzip"}])
    def test_a_batch(self, board: Site, more: dict[str, str]) -> None:
        host = f"tele-http-{len(more)}"
        cpu = {"usage_idle": 91.5, "usage_user": 4.25}
        system = {"load1": 0.5, "n_cpus": 8, "uptime": 183840, "uptime_format": "2 days,  3:04"}
        disk = {"device": "sda1", "fstype": "ext4", "host": host, "path": "/"}
        metrics = [
            {"fields": cpu, "name": "cpu", "tags": {"cpu": "cpu-total", "host": host}, "timestamp": SECONDS},
            {
                "fields": {"total": 243334156288, "used_percent": 12.5},
                "name": "disk",
                "tags": disk,
                "timestamp": SECONDS,
            },
            {"fields": system, "name": "system", "tags": {"host": host}, "timestamp": SECONDS},
        ]
        assert self.write(board, metrics, **more).status == 200
        assert of_host(board, host) == expected(host)

    def test_what_cannot_be_kept_is_left_out_and_said(self, board: Site) -> None:
        metrics = [
            {"fields": {"a": number}, "name": "tele_json", "tags": {"command": "x" * number}, "timestamp": SECONDS}
            for number in (300, 3)
        ]
        answer = self.write(board, metrics)
        assert answer.status == 422 and "1 of 2 metrics were left out" in answer.text
        assert values(board, "tele_json") == [("tele_json.a{command=xxx}", 3)]


class TestProxmox:
    PERL = {"User-Agent": "libwww-perl/6.68", "TE": "deflate,gzip;q=0.3", "Connection": "TE, close"}

    def headers(self, token: str) -> dict[str, str]:
        return {**self.PERL, "Authorization": f"Token {token}"}

    def test_it_asks_whether_anybody_is_there(self, board: Site) -> None:
        assert board.http("GET", "/health", headers=self.headers(board.token)).status == 200

    def test_it_sends_of_nodes_guests_and_storages(self, board: Site) -> None:
        body = (
            f"cpustat,object=nodes,host=pve avg1=0.05,cpu=0.0123,cpus=8,wait=0 {SECONDS}000000000\n"
            f"nics,object=nodes,host=pve,instance=vmbr0 receive=123456789,transmit=98765 {SECONDS}000000000\n"
            "system,object=qemu,vmid=100,nodename=pve,host=my\\ guest cpu=0.01,disk=0,maxmem=4294967296,"
            f'name="my \\"own\\" guest",qmpstatus="running",status="running",uptime=3600 {SECONDS}000000000\n'
            "system,object=storages,nodename=pve,host=local,type=dir active=1,avail=1.0e+10,"
            f'content="iso,backup,vztmpl",shared=0 {SECONDS}000000000\n'
        )
        path = "/api/v2/write?org=any&bucket=any"
        answer = board.http("POST", path, body.encode(), self.headers(board.token))
        assert (answer.status, answer.text) == (204, "")
        assert points(board, "nics") == [
            ("nics.receive{host=pve,instance=vmbr0,object=nodes}", TIME, 123456789),
            ("nics.transmit{host=pve,instance=vmbr0,object=nodes}", TIME, 98765),
        ]
        stored = dict(values(board, "cpustat") + values(board, "system."))
        assert stored["cpustat.cpu{host=pve,object=nodes}"] == 0.0123
        assert stored["system.maxmem{host=my guest,nodename=pve,object=qemu,vmid=100}"] == 4294967296
        assert stored["system.avail{host=local,nodename=pve,object=storages,type=dir}"] == 1e10
        assert stored["system.qmpstatus{host=my guest,nodename=pve,object=qemu,vmid=100}"] == "running"
        assert stored["system.name{host=my guest,nodename=pve,object=qemu,vmid=100}"] == 'my "own" guest'

    def test_it_says_that_the_token_is_unknown(self, board: Site) -> None:
        path = "/api/v2/write?org=any&bucket=any"
        assert board.http("POST", path, b"cpustat cpu=1\n", self.headers("x" * 43)).status == 401
