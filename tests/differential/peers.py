"""The real servers whose formats we take, and ours: each on a free port of 127.0.0.1, with a folder of its own."""

import http.client
import json
import shutil
import sqlite3
import subprocess
import urllib.parse
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.servers import Site, free_port, listens
from tests.waiting import until

INFLUXD = """
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
dir = "{folder}/meta"
[data]
dir = "{folder}/data"
wal-dir = "{folder}/wal"
query-log-enabled = false
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:{port}"
auth-enabled = false
log-enabled = false
"""
FORM = "application/x-www-form-urlencoded"
STATEMENTS_AT_ONCE = 100
# Ours takes whatever a corpus has, as quickly as it comes, and nothing of it gets old.
LIMITS = {
    "INGEST_RATE": "100000",
    "NEW_SERIES_PER_HOUR": "100000",
    "RETENTION_POINTS_DAYS": "100000",
    "RETENTION_MINUTES_DAYS": "100000",
}


class Answer(NamedTuple):
    status: int
    text: str

    @property
    def is_accepted(self) -> bool:
        return 200 <= self.status < 300


class Client:
    """One connection that stays open."""

    def __init__(self, port: int, headers: dict[str, str] | None = None) -> None:
        self.port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = headers or {}

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        self._connection.request(method, path, body, {**self._headers, **(headers or {})})
        response = self._connection.getresponse()
        return Answer(response.status, response.read().decode(errors="replace"))

    def close(self) -> None:
        self._connection.close()


@contextmanager
def ours(installation: Site, folder: Path) -> Iterator[tuple[Site, Client]]:
    """Our server, with a client that may write everything."""
    shutil.copy(installation.folder / "db.sqlite3", folder)
    site = Site(folder, env={"SECRET_KEY": installation.env["SECRET_KEY"], **LIMITS}).start()
    try:
        with closing(Client(site.port, {"Authorization": f"Bearer {installation.token}"})) as client:
            yield site, client
    finally:
        site.stop()


def points(site: Site) -> Iterator[tuple[str, dict[str, str], int, float | str]]:
    """All that our database holds: name, tags, microseconds since the epoch, value, which may be a text; by time."""
    with closing(sqlite3.connect(site.folder / "db.sqlite3")) as database:
        rows = database.execute(
            "SELECT name, tags, time, COALESCE(text, exact, value) FROM series_point AS point"
            " JOIN series_series AS series ON series.id = point.series_id"
            " LEFT JOIN series_statetext AS state"
            " ON state.series_id = series.id AND code = value AND value_type = 'text' ORDER BY time"
        )
        for name, tags, time, value in rows:
            yield name, json.loads(tags), time, value


@contextmanager
def influxdb(folder: Path) -> Iterator[Client]:
    """InfluxDB with an empty database ``corpus``."""
    port = free_port()
    config = folder / "influxdb.conf"
    config.write_text(INFLUXD.format(rpc=free_port(), folder=folder, port=port))
    with _running(["influxd", "-config", str(config)], port, folder), closing(Client(port)) as client:
        assert client.ask("POST", "/query?q=CREATE+DATABASE+corpus").is_accepted
        yield client


def stored(client: Client) -> Iterator[tuple[str, dict[str, str], str, int, float | str]]:
    """All that InfluxDB holds: measurement, tags, field, nanoseconds since the epoch, value."""
    names = [name for series in _query(client, "SHOW MEASUREMENTS") for (name,) in series["values"]]
    # Its query language has no way to write these; ours refuses them, as all control characters.
    names = [name for name in names if not {*"\0\r\n"} & {*name}]
    for start in range(0, len(names), STATEMENTS_AT_ONCE):
        some = names[start : start + STATEMENTS_AT_ONCE]
        # One by one: of several that have a field in common, but not its type, InfluxDB shows only some values.
        for series in _query(client, ";".join(f"SELECT * FROM {_quoted(name)} GROUP BY *" for name in some)):
            tags = {key: value for key, value in series.get("tags", {}).items() if value}
            for time, *values in series["values"]:
                for field, value in zip(series["columns"][1:], values, strict=True):
                    if value is not None:
                        yield series["name"], tags, field, time, value


def _query(client: Client, statements: str) -> list[dict[str, Any]]:
    form = urllib.parse.urlencode({"q": statements}).encode()
    answer = client.ask("POST", "/query?db=corpus&epoch=ns", form, {"Content-Type": FORM})
    assert answer.is_accepted, answer
    results = json.loads(answer.text)["results"]
    assert not [result for result in results if "error" in result]
    return [series for result in results for series in result.get("series", [])]


def _quoted(name: str) -> str:
    """A name as InfluxDB's query language has it."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


@contextmanager
def pushgateway(folder: Path) -> Iterator[Client]:
    """A Pushgateway that holds nothing."""
    port = free_port()
    # Debian's would keep what it has in a file of the system.
    options = [f"--web.listen-address=127.0.0.1:{port}", "--log.level=error", "--persistence.file="]
    with _running(["prometheus-pushgateway", *options], port, folder), closing(Client(port)) as client:
        yield client


@contextmanager
def _running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    log = folder / "peer.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=folder)
    try:
        until(lambda: listens(port) or process.poll() is not None, f"{command[0]} on port {port}", 60)
        assert process.poll() is None, f"{command[0]} ended:\n{log.read_text()}"
        yield
    finally:
        process.terminate()
        process.wait(30)
