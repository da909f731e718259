"""``manage.py serve --workers``: several processes behind one socket."""

import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crowd import Crowd
from tests.servers import Site, copy_project, listens
from tests.waiting import until

WEEK = "/boards/this-week/"


def logs(site: Site, text: str, times: int = 1) -> None:
    until(lambda: len(re.findall(text, site.log.read_text())) >= times, lambda: f"{text}: {site.log.read_text()}", 60)


@pytest.fixture
def workers_site(stopped_site: Site) -> Site:
    """A running site of two workers, on SQLite and without Redis."""
    stopped_site.workers = 2
    return stopped_site.start()


def test_pages_of_both_show_what_is_sent_to_either_and_all_stop_in_order(workers_site: Site) -> None:
    site, crowd = workers_site, Crowd()
    assert f"Serving on {site.address}/ with 2 workers" in site.log.read_text()
    try:
        crowd.open(site, WEEK, 12)
        for number in range(6):
            assert site.send({"series": "week", "tags": {"day": "Mon"}, "value": number}).status == 200
            crowd.is_true(f"value {number}")
    finally:
        crowd.close()
    assert site.stop() == 0
    assert "Traceback" not in site.log.read_text()


def test_the_log_says_which_one_it_is(workers_site: Site) -> None:
    workers_site.stop()
    for number in (1, 2):
        assert re.search(rf"^\[worker {number}\] .* live.socket.server: stopping", workers_site.log.read_text(), re.M)


def test_one_that_is_killed_is_replaced_and_its_pages_are_true(workers_site: Site) -> None:
    site, crowd = workers_site, Crowd()
    try:
        crowd.open(site, WEEK, 12)
        site.kill_worker()
        assert site.send({"series": "week", "tags": {"day": "Mon"}, "value": 77}).status == 200
        crowd.is_true("one worker is killed")
        logs(site, r"\) serves", 3)
        assert site.send({"series": "week", "tags": {"day": "Mon"}, "value": 78}).status == 200
        crowd.is_true("there are two again")
    finally:
        crowd.close()


def test_when_the_supervisor_is_killed_the_next_one_finds_the_address_free(workers_site: Site) -> None:
    site = workers_site
    site.process.kill()  # type: ignore[union-attr]
    site.process.wait(10)  # type: ignore[union-attr]
    until(lambda: not listens(site.port), "the workers do not listen any more")
    site.start()
    assert site.http("GET", WEEK).status == 200


def test_new_code_that_does_not_start_leaves_the_old_one_and_what_does_replaces_it(
    stopped_site: Site, tmp_path: Path
) -> None:
    stopped_site.root = copy_project(tmp_path / "copy")
    stopped_site.workers = 2
    site = stopped_site.start()
    before, urls = site.worker_processes(), stopped_site.root / "site" / "config" / "urls.py"
    source = urls.read_text()
    urls.write_text("raise ImportError('a mistake')\n")
    site.process.send_signal(signal.SIGHUP)  # type: ignore[union-attr]
    logs(site, "a mistake")
    logs(site, "before it served: the old ones go on")
    assert {*site.worker_processes()} == {*before}
    assert site.http("GET", WEEK).status == 200
    new = (
        "from django.http import HttpResponse\nurlpatterns.insert(0, path('new', lambda request: HttpResponse('new')))"
    )
    urls.write_text(f"{source}\n{new}\n")
    site.replace_workers()
    assert {site.http("GET", "/new").text for _ in range(10)} == {"new"}


def test_a_socket_that_is_open_already_is_served_on(stopped_site: Site) -> None:
    """As systemd's socket activation gives one; who connects before the first worker is there waits for it."""
    with socket.create_server(("127.0.0.1", stopped_site.port)) as bound:
        for command in (["--fd", "3"], ["--fd", "3", "--workers", "1"]):
            shell = f"exec {sys.executable} manage.py serve {' '.join(command)} 3<&{bound.fileno()}"
            with stopped_site.log.open("ab") as log:
                stopped_site.process = subprocess.Popen(
                    [shutil.which("bash") or "bash", "-c", shell],
                    cwd=stopped_site.root,
                    env=stopped_site.env,
                    pass_fds=[bound.fileno()],
                    stdout=log,
                    stderr=log,
                )
            assert stopped_site.http("GET", WEEK).status == 200
            assert stopped_site.stop() == 0
            assert listens(stopped_site.port)


def test_workers_get_the_options_that_every_command_has(stopped_site: Site, tmp_path: Path) -> None:
    options = [f"--pythonpath={tmp_path}", "--verbosity=2", "--no-color", "--traceback"]
    site = stopped_site.start("serve", "--workers", "1", *options)
    [worker] = site.worker_processes()
    assert {*options} <= {*worker.cmdline()}
    assert site.http("GET", WEEK).status == 200


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--workers", "0"], "--workers is 0; it must be a number from 1 to 128."),
        (["--workers", "129"], "--workers is 129; it must be a number from 1 to 128."),
        (["--workers", "2", "--host", "203.0.113.7"], "cannot listen on 203.0.113.7"),
        (["--workers", "2", "--fd", "9"], "--fd is 9, which is no socket with a port: "),
        (["--fd", "1"], "--fd is 1, which is no socket with a port: "),
    ],
)
def test_what_is_wrong_is_one_sentence(stopped_site: Site, arguments: list[str], words: str) -> None:
    command = [sys.executable, "manage.py", "serve", *arguments]
    done = subprocess.run(
        command, cwd=stopped_site.root, env=stopped_site.env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_a_port_that_is_taken_is_one_sentence(site: Site) -> None:
    command = [sys.executable, "manage.py", "serve", "--workers", "2"]
    done = subprocess.run(command, cwd=site.root, env=site.env, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert f"cannot listen on 127.0.0.1:{site.port}" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_prometheus_is_told_of_all_workers_by_whichever_it_asks(workers_site: Site) -> None:
    session = workers_site.browse().sign_in()
    for _ in range(8):
        text = session.get("/live/metrics").text
        assert set(re.findall(r'^live_frames_total\{worker="(\d)"\}', text, re.M)) == {"1", "2"}
        assert text.count("# TYPE live_frames_total counter") == 1
