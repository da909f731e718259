"""What docs/sending-data.md has to paste does what it says: run where its program can be had, else sent in its form."""

import os
import re
import shlex
import subprocess
import tomllib
from base64 import b64encode
from pathlib import Path

import pytest
import yaml

from tests.senders.guide import ADDRESS, BLOCKS, Block, for_board, only, run
from tests.senders.stored import points, values
from tests.servers import Answer, Site

pytestmark = pytest.mark.senders
HOST = os.uname().nodename

# What the blocks of a section store, in their order, by series; None for a value that differs.
STORED: dict[str, list[dict[str, float | None]]] = {
    "curl and a shell": [
        {"orders": 12},
        {f"disk.used_percent{{host={HOST},path=/}}": None, "orders{shop=north}": 12},
    ],
    "cron": [{f"load{{host={HOST}}}": None}],
    "A job that should run: healthchecks": [{"backup": 1}],
    "Uptime Kuma's push monitors": [{"backup": 1, "backup.ping": 12.3}],
    "Python": [{"orders{shop=north}": 12}, {"temperature{room=cellar}": 12, "temperature{room=kitchen}": 21.5}],
    "Node": [{"queue{name=mail}": 7}, {"temperature{room=kitchen}": 21.5}],
    "Smashing": [{"karma": 100}],
    "Whatever else writes to InfluxDB": [{"boiler": 61.5, "boiler.burning": 1}],
    "Prometheus clients: the Pushgateway": [
        {"backup_seconds{job=backup}": 12.5, "push_time_seconds{job=backup}": None},
        {"queue_length{job=queue}": 7, "push_time_seconds{job=queue}": None},
        {
            f"backup_bytes{{instance={HOST},job=backup}}": 4096,
            f"push_time_seconds{{instance={HOST},job=backup}}": None,
        },
    ],
}


@pytest.mark.parametrize(
    "block",
    [block for block in BLOCKS if block.is_run and "manage.py" not in block.code],
    ids=lambda block: f"{block.section}-{block.number}",
)
def test_a_block_that_can_be_run_sends_what_it_says(board: Site, narrow: str, tmp_path: Path, block: Block) -> None:
    assert block.section in STORED, "say in STORED what the blocks of this section store"
    is_narrow = re.search(r"/(ping|api/push)/\$TOKEN", block.code)
    before = set(points(board, ""))
    run(block, board, tmp_path, narrow if is_narrow else board.token)
    # The newest of each series: a job that runs is first 2, then 1.
    new = sorted(set(points(board, "")) - before, key=lambda point: point.time)
    stored = {point.series: point.value for point in new}
    expected = STORED[block.section][block.number]
    known = {series: value for series, value in expected.items() if value is not None}
    assert stored.keys() == expected.keys()
    assert {series: stored[series] for series in known} == known


def test_its_commands_run(board: Site, tmp_path: Path) -> None:
    create, maintain = (block for block in BLOCKS if block.is_run and "manage.py" in block.code)
    secret = run(create, board, tmp_path, "").strip()
    assert board.send({"series": "docs_token", "value": 1}, token=secret).status == 200
    (tmp_path / "second").mkdir()
    run(maintain, board, tmp_path / "second", "")
    assert values(board, "docs_token") == [("docs_token", 1)]


@pytest.mark.parametrize(
    ("section", "address"),
    sorted(
        {
            (block.section, address)
            for block in BLOCKS
            if not block.is_run
            for address in re.findall(rf"{re.escape(ADDRESS)}(/[^\s\"'`]*)", block.code)
        }
    ),
)
def test_an_address_that_is_only_shown_is_answered(board: Site, section: str, address: str) -> None:
    answer = board.http("POST", address, b"", {"Authorization": f"Bearer {board.token}"})
    assert answer.status < 500 and answer.status not in {301, 302, 401, 403, 404, 405}, (section, answer)


class TestTelegraf:
    @pytest.fixture
    def outputs(self) -> dict[str, dict[str, object]]:
        """Each output by its name."""
        parsed = [tomllib.loads(block.code)["outputs"] for block in BLOCKS if block.language == "toml"]
        return {name: output for outputs in parsed for name, (output,) in outputs.items()}

    def send(self, board: Site, address: str, path: str, body: bytes, authorization: str) -> Answer:
        assert address.startswith(ADDRESS)
        headers = {"Authorization": authorization.replace("$TOKEN", board.token)}
        return board.http("POST", address.removeprefix(ADDRESS) + path, body, headers)

    def test_influxdb_v2(self, board: Site, outputs: dict[str, dict[str, object]]) -> None:
        output = outputs["influxdb_v2"]
        (address,) = output["urls"]
        path = f"/api/v2/write?bucket={output['bucket']}&org={output['organization']}"
        assert self.send(board, address, path, b"docs_v2 value=1\n", f"Token {output['token']}").status == 204
        assert values(board, "docs_v2") == [("docs_v2", 1)]

    def test_influxdb(self, board: Site, outputs: dict[str, dict[str, object]]) -> None:
        output = outputs["influxdb"]
        (address,) = output["urls"]
        password = output["password"].replace("$TOKEN", board.token)
        basic = b64encode(f"{output['username']}:{password}".encode()).decode()
        path = f"/write?db={output['database']}"
        assert self.send(board, address, path, b"docs_v1 value=1\n", f"Basic {basic}").status == 204
        assert values(board, "docs_v1") == [("docs_v1", 1)]

    def test_http(self, board: Site, outputs: dict[str, dict[str, object]]) -> None:
        output = outputs["http"]
        assert output["data_format"] == "json"
        body = b'{"metrics":[{"fields":{"value":1},"name":"docs_http","tags":{},"timestamp":1700000000}]}'
        assert self.send(board, output["url"], "", body, output["headers"]["Authorization"]).status == 200
        # All that says that the same request would be refused again.
        for wrong, status in ((b"{", 400), (b" " * 9_000_000, 413), (body.replace(b"17000", b"99999999999"), 422)):
            answer = self.send(board, output["url"], "", wrong, output["headers"]["Authorization"])
            assert answer.status == status and status in output["non_retryable_statuscodes"]


def test_home_assistant(board: Site) -> None:
    """With the client that Home Assistant has, as it makes it of its configuration."""
    from influxdb_client import InfluxDBClient
    from influxdb_client.client.write_api import SYNCHRONOUS

    settings = yaml.safe_load(only("Home Assistant", "yaml"))["influxdb"]
    assert settings["api_version"] == 2 and settings["ssl"] is False and settings["token"] == "TOKEN"
    assert f"http://{settings['host']}:{settings['port']}" == ADDRESS
    with InfluxDBClient(board.address, board.token, org=settings["organization"]) as client:
        write = client.write_api(write_options=SYNCHRONOUS)
        write.write(settings["bucket"], record=b"")
        tags = {"domain": "sensor", "entity_id": "docs_kitchen"}
        write.write(settings["bucket"], record={"measurement": "°F", "tags": tags, "fields": {"value": 70.7}})
    assert values(board, "°F") == [("°F{domain=sensor,entity_id=docs_kitchen}", 70.7)]


def test_proxmox(board: Site) -> None:
    words = shlex.split(only("Proxmox", "sh").replace("\\\n", " "))
    options = dict(zip(words[3::2], words[4::2], strict=True))
    assert words[:2] == ["pvesh", "create"] and words[2].startswith("/cluster/metrics/server/")
    assert (options["--type"], options["--influxdbproto"], options["--token"]) == ("influxdb", "http", "$TOKEN")
    assert f"http://{options['--server']}:{options['--port']}" == ADDRESS
    path = f"/api/v2/write?org={options['--organization']}&bucket={options['--bucket']}"
    body = b"docs_cpustat,object=nodes,host=pve cpu=0.0123\n"
    assert board.http("POST", path, body, {"Authorization": f"Token {board.token}"}).status == 204
    assert values(board, "docs_cpustat") == [("docs_cpustat.cpu{host=pve,object=nodes}", 0.0123)]


def test_github_actions(board: Site, tmp_path: Path) -> None:
    """Its script, by the shell that a runner takes."""
    (step,) = yaml.safe_load(only("GitHub Actions", "yaml"))
    assert step["if"] == "always()" and step["env"]["TOKEN"] == "${{ secrets.BOARD_TOKEN }}"
    assert step["env"]["SUCCESS"] == "${{ job.status == 'success' && 1 || 0 }}"
    script = tmp_path / "step.sh"
    script.write_text(for_board(step["run"], board))
    env = {**os.environ, "TOKEN": board.token, "GITHUB_REPOSITORY": "me/mine", "GITHUB_JOB": "test"}
    for success in ("1", "0"):
        subprocess.run(["bash", "-e", script], env={**env, "SUCCESS": success}, check=True, timeout=60)
    assert values(board, "build") == [("build{job=test,repository=me/mine}", value) for value in (1, 0)]


def test_arduino(board: Site) -> None:
    """No compiler for it is at hand: what its calls send, as the ESP32's HTTPClient does."""
    code = only("Arduino: ESP32, ESP8266", "cpp")
    (address,) = re.findall(rf'http\.begin\("{ADDRESS}(.*?)"\);', code)
    (name, value) = re.findall(r'http\.addHeader\("(.*?)", "(.*?)"\);', code)[0]
    (start,) = re.findall(r'http\.POST\("(.*?)" \+ String\(celsius\)\);', code)
    (expected,) = re.findall(r"status != (\d+)", code)
    headers = {
        "User-Agent": "ESP32HTTPClient",
        "Connection": "keep-alive",
        "Accept-Encoding": "identity;q=1,chunked;q=0.1,*;q=0",
        name: value.replace("TOKEN", board.token),
    }
    answer = board.http("POST", address, f"{start}21.50".encode(), headers)
    assert answer.status == int(expected)
    assert ("temperature{room=greenhouse}", 21.5) in values(board, "temperature")


def test_every_section_has_been_thought_of() -> None:
    own = {"Telegraf", "Home Assistant", "Proxmox", "GitHub Actions", "Arduino: ESP32, ESP8266"}
    assert STORED.keys() | own <= {block.section for block in BLOCKS}
