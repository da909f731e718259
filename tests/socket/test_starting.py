"""``manage.py run`` and ``serve``: the first start, the second one, and what is wrong said in one sentence."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from websockets.exceptions import ConnectionClosed

from tests.pages import OpenPage
from tests.servers import ROOT, Site, copy_project, listens
from tests.waiting import until

pytestmark = pytest.mark.serve


@pytest.fixture
def empty(tmp_path: Path) -> Site:
    """A site that has never been started."""
    return Site(tmp_path)


def test_the_first_start_makes_everything_and_says_it_once(empty: Site) -> None:
    empty.start("run")
    try:
        until(lambda: "token" in empty.log.read_text(), "the token is printed")
        said = empty.log.read_text()
        for path in ("/boards/this-machine/", "/boards/this-week/", "/admin/"):
            assert empty.address + path in said
            assert empty.http("GET", path).status in {200, 302}
        password, token = re.search(r"password +(\S+)", said)[1], re.search(r"token +(\S+)", said)[1]  # type: ignore[index]
        empty.browse().sign_in("admin", password)
        assert empty.send({"series": "mine", "value": 1}, token=token).status == 200
        chart = OpenPage(empty, "/boards/this-week/").html
        assert "7 categories: lowest 1 for Sat, highest 10 for" in chart
        # The collector is a sender like any other, and its numbers move an open page.
        page = OpenPage(empty, "/boards/this-machine/").live()
        page.until("boards-panel-1")
    finally:
        assert empty.stop() == 0
    before = len(empty.log.read_text())
    empty.start("run")
    until(lambda: "Boardcast is running" in empty.log.read_text()[before:], "the second start says where it is")
    again = empty.log.read_text()[before:]
    assert empty.stop() == 0
    assert "password" not in again
    assert token not in again


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_the_collector_ends_with_its_server(stopped_site: Site, end: str) -> None:
    site = stopped_site.start("run")
    process = psutil.Process(site.process.pid)
    # Between fork and exec a child has the command line of its parent.
    until(lambda: any("collect" in child.cmdline() for child in process.children()), "the collector is started")
    (collector,) = process.children()
    getattr(site, end)()
    until(lambda: not collector.is_running() or collector.status() == psutil.STATUS_ZOMBIE, "the collector has ended")


def test_ctrl_c_ends_both_without_an_error(stopped_site: Site) -> None:
    """A terminal gives it to both, and that the collector had ended first was an error in the log."""
    site = stopped_site
    with site.log.open("ab") as log:
        words = [site.python, "manage.py", "run"]
        site.process = subprocess.Popen(
            words, cwd=site.root, env=site.env, stdout=log, stderr=log, start_new_session=True
        )
    until(lambda: listens(site.port), "a server", 60)
    page = OpenPage(site, "/boards/this-machine/").live()
    page.until("boards-panel-1")  # the collector sends
    os.killpg(site.process.pid, signal.SIGINT)
    assert site.process.wait(30) == 0
    page.close()
    assert "ERROR" not in site.log.read_text()


WRONG = [
    ({"PORT": "eighty"}, "PORT is 'eighty'; it must be a number from 1 to 65535."),
    ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL"),
    ({"REDIS_URL": "http://127.0.0.1"}, "REDIS_URL is 'http://127.0.0.1'; it must look like redis://127.0.0.1:6379/0."),
    ({"DEBUG": "perhaps"}, "DEBUG is 'perhaps'; it must be 1 or 0."),
    ({"HTTPS": "tls"}, "HTTPS is 'tls'; it must be 1 or 0."),
    ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
    ({"SECRET_KEY": "insecure-development-key-only-ever-used-with-DEBUG-on"}, "SECRET_KEY is a default"),
    ({"HOST": "203.0.113.7"}, "cannot listen on 203.0.113.7"),
]


def started(env: dict[str, str], command: str, root: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", command], cwd=root, env=env, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("command", ["run", "serve"])
@pytest.mark.parametrize(("env", "sentence"), WRONG, ids=[next(iter(env)) for env, _ in WRONG])
def test_a_wrong_value_is_one_sentence(
    stopped_site: Site, tmp_path: Path, command: str, env: dict[str, str], sentence: str
) -> None:
    done = started({**stopped_site.env, **env}, command, copy_project(tmp_path / "copy"))
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_a_port_that_is_taken_is_one_sentence(site: Site) -> None:
    done = started(site.env, "serve")
    assert done.returncode != 0
    assert f"cannot listen on 127.0.0.1:{site.port}" in done.stderr
    assert listens(site.port)


def test_production_settings_pass_the_deployment_checks(stopped_site: Site) -> None:
    said = stopped_site.manage(
        "check", "--deploy", "--fail-level", "WARNING", HTTPS="1", ALLOWED_HOSTS="board.example.com"
    )
    assert "no issues" in said


def test_development_starts_again_when_the_code_changes(stopped_site: Site) -> None:
    site = stopped_site.start("run", "--reload", DEBUG="1")
    page = OpenPage(site, "/boards/this-week/").live()
    touched = [float("-inf")]

    def ended() -> bool:
        # A change before the reloader's first look is none to it: somebody would save the file once more. Not while it
        # starts again, or it would begin anew.
        if time.monotonic() - touched[0] > 10:
            (ROOT / "site" / "config" / "urls.py").touch()
            touched[0] = time.monotonic()
        try:
            page.take(0.1)
        except TimeoutError:
            return False
        except ConnectionClosed:
            return True
        return False

    until(ended, "the change is noticed", 60)
    assert page.socket.close_code in {1006, 4000}
    until(lambda: site.log.read_text().count("Boardcast is running") == 2, "it has started again", 60)
    # The autoreloader's server says so just before it listens.
    until(lambda: listens(site.port), "it listens again")
    OpenPage(site, "/boards/this-week/").live()
