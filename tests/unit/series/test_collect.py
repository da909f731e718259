"""``manage.py collect``, against real servers."""

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

import manage
from series.collector import outbox
from series.models import Point, Series
from tests.unit.series.collector.board import DEADLINE, Board, running_board
from tokens.models import Token

MANAGE = Path(manage.__file__)
ALWAYS = {"machine.cpu", "machine.memory", "machine.load", "machine.disk"}


@pytest.fixture
def board() -> Iterator[Board]:
    with running_board() as running:
        yield running


@pytest.fixture(autouse=True)
def token(monkeypatch) -> None:
    monkeypatch.setenv("BOARDCAST_TOKEN", "a secret")
    monkeypatch.setattr(outbox, "RETRY_SECONDS", 0.01)


def collect(board: Board, **options: object) -> None:
    call_command("collect", **{"url": board.url, "every": 0.02, "count": 1, **options})


@pytest.mark.database
@pytest.mark.parametrize(("options", "tags"), [({}, {}), ({"host_tag": "desk"}, {"host": "desk"})])
def test_sends_this_machine_to_a_real_board(live_server, monkeypatch, options: dict, tags: dict) -> None:
    monkeypatch.setenv("BOARDCAST_TOKEN", Token.objects.issue("collector", "write:machine.*")[1])
    call_command("collect", f"--url={live_server}/api/points", "--every=0.05", "--count=3", **options)
    assert set(Series.objects.values_list("name", flat=True)) >= ALWAYS
    for series in Series.objects.all():
        assert series.tags == tags
        assert Point.objects.filter(series=series).count() == 3


def test_sends_one_array_a_sample_with_one_time(board: Board) -> None:
    collect(board, count=2)
    first, second = (json.loads(body) for body in board.bodies)
    assert {point["series"] for point in first} >= ALWAYS
    assert all(set(point) == {"series", "value", "time"} for point in first)
    (then,), (later,) = ({point["time"] for point in batch} for batch in (first, second))
    assert then < later


def test_sends_later_and_in_order_what_a_server_did_not_take(board: Board, caplog) -> None:
    caplog.set_level(logging.INFO, "series.collector")
    board.answers = [(503, {}, {}), None, (502, {}, b"<html>"), (404, {}, b"")]
    collect(board, count=5)
    times = [json.loads(body)[0]["time"] for body in board.bodies]
    assert times[:4] == [times[0]] * 4
    delivered = times[4:]
    assert len(delivered) == 5
    assert delivered == sorted(set(delivered))
    levels = [record.levelno for record in caplog.records if record.name == "series.collector"]
    assert levels == [logging.WARNING, logging.INFO]


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_is_an_error(board: Board, status: int) -> None:
    board.answers = [(status, {}, {"error": {"message": "The token is unknown."}})]
    with pytest.raises(CommandError, match=f"refuses this token: {status} The token is unknown.") as caught:
        collect(board, count=None)
    assert caught.value.returncode == 1
    assert len(board.bodies) == 1


@pytest.mark.parametrize("value", [None, " "])
def test_a_missing_token_is_an_error(board: Board, monkeypatch, value: str | None) -> None:
    monkeypatch.delenv("BOARDCAST_TOKEN")
    if value is not None:
        monkeypatch.setenv("BOARDCAST_TOKEN", value)
    with pytest.raises(CommandError, match="BOARDCAST_TOKEN is not set; put into it what `manage.py token create"):
        collect(board)


@pytest.mark.parametrize(
    ("option", "value"),
    [("every", "0"), ("every", "nan"), ("every", "x"), ("every", "inf"), ("count", "0"), ("count", "-1")],
)
def test_a_wrong_number_is_an_error(option: str, value: str) -> None:
    with pytest.raises(CommandError, match=f"'{value}' is not a"):
        call_command("collect", f"--{option}", value)


def test_a_wrong_address_is_an_error() -> None:
    with pytest.raises(CommandError, match="'ftp://here/' is no address"):
        call_command("collect", url="ftp://here/")


@pytest.mark.parametrize("state", ["taking", "hanging", "away"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0(board: Board, number: signal.Signals, state: str) -> None:
    board.hangs = state == "hanging"
    if state == "away":
        board.answers = [(503, {"Retry-After": "3600"}, {})]
    command = [sys.executable, str(MANAGE), "collect", "--url", board.url, "--every", "0.05"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        board.wait_for(lambda: bool(board.bodies), "a first batch")
        process.send_signal(number)
        output, errors = process.communicate(timeout=DEADLINE)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, errors
    assert output == ""
    assert "Traceback" not in errors


def test_it_ends_when_its_parent_was_killed(board: Board) -> None:
    starter = "import os, subprocess, sys; subprocess.run([*sys.argv[1:], '--parent', str(os.getpid())])"
    command = [sys.executable, str(MANAGE), "collect", "--url", board.url, "--every", "0.05"]
    parent = subprocess.Popen([sys.executable, "-c", starter, *command], stdout=subprocess.PIPE, start_new_session=True)
    try:
        board.wait_for(lambda: len(board.bodies) > 2, "batches while the parent lives")
        parent.kill()
        # Its output ends when the last process that holds it has ended.
        assert parent.communicate(timeout=DEADLINE) == (b"", None)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(parent.pid, signal.SIGKILL)
        parent.wait()


def test_the_token_refused_ends_the_process_with_1_and_one_sentence(board: Board) -> None:
    board.answers = [(401, {}, {"error": {"message": "The token is unknown."}})]
    command = [sys.executable, str(MANAGE), "collect", "--url", board.url, "--every", "0.05"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=False)
    assert done.returncode == 1
    assert done.stderr == "CommandError: The server refuses this token: 401 The token is unknown.\n"


def test_the_signal_handlers_are_as_before(board: Board) -> None:
    before = signal.getsignal(signal.SIGTERM)
    collect(board)
    assert signal.getsignal(signal.SIGTERM) is before
