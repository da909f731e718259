"""Probes and scrapers against a real server, as they come: without a session, by address, over plain HTTP."""

import http.client
import json
import secrets
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.pages import OpenPage
from tests.servers import Site
from tests.waiting import until

READY = "database ok\nmigrations ok\nhints ok\nprocess ok\n"


def test_a_probe_is_answered_under_any_name_over_http_and_leaves_nothing(stopped_site: Site) -> None:
    site = stopped_site.start(HTTPS="1", ALLOWED_HOSTS="board.example.com", LOG_FORMAT="json")
    until(lambda: site.http("GET", "/readyz").status == 200, "the server is ready")
    for path, body in (("/healthz", "ok\n"), ("/readyz", READY)):
        answer = site.http("GET", path, headers={"Host": "10.1.2.3:8000", "Cookie": 'sessionid="\\000aaa"'})
        assert (answer.status, answer.text) == (200, body)
        assert "Set-Cookie" not in answer.headers
        assert site.http("HEAD", path).text == ""
    secret = site.manage("token", "create", "prometheus", "--scope", "metrics").split()[-1]
    named = {"Host": "board.example.com"}
    assert site.http("GET", "/", headers=named).status == 301
    answer = site.http("GET", "/live/metrics", headers={**named, "Authorization": f"Bearer {secret}"})
    assert answer.status == 200 and "live_viewers 0.0" in answer.text
    answer = site.http("GET", "/live/metrics", headers=named)
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    lines = [json.loads(line) for line in site.log.read_text().splitlines() if line.startswith("{")]
    assert any(line["logger"] == "live.api" and "401" in line["message"] for line in lines), site.log.read_text()


def test_a_database_that_is_away_is_not_ready_and_the_process_lives(site: Site) -> None:
    until(lambda: site.http("GET", "/readyz").text == READY, "the server is ready")
    file = site.folder / "db.sqlite3"
    for each in site.folder.glob("db.sqlite3*"):
        each.rename(each.with_name(f"away-{each.name}"))
    file.write_bytes(secrets.token_bytes(8192))
    until(lambda: "database away" in site.http("GET", "/readyz").text, "the database is away")
    with ThreadPoolExecutor(16) as pool:
        answers = [*pool.map(lambda _: site.http("GET", "/readyz"), range(200))]
        alive = [*pool.map(lambda _: site.http("GET", "/healthz"), range(200))]
    # Soon after, changes of others are not heard either: they come through the same file.
    assert {answer.text.partition("hints")[0] for answer in answers} == {"database away\nmigrations unknown\n"}
    assert {(answer.status, answer.text) for answer in alive} == {(200, "ok\n")}
    file.unlink()
    for each in site.folder.glob("away-*"):
        each.rename(each.with_name(each.name.removeprefix("away-")))
    until(lambda: site.http("GET", "/readyz").status == 200, "the server is ready again")


@pytest.mark.serve
def test_while_it_stops_it_is_not_ready(site: Site) -> None:
    """It accepts nobody any more; who is connected already, as a proxy is, is told."""
    # So many that they are not closed at once.
    pages = [OpenPage(site, "/boards/this-week/").live() for _ in range(25)]
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    site.opened.callback(connection.close)
    connection.request("GET", "/readyz")
    assert connection.getresponse().read().decode() == READY
    site.process.send_signal(signal.SIGTERM)
    until(lambda: "stopping" in site.log.read_text(), "it begins to stop")
    connection.request("GET", "/readyz")
    answer = connection.getresponse()
    assert (answer.status, answer.read().decode()) == (503, READY.replace("process ok", "process stopping"))
    assert site.process.wait(30) == 0
    assert {page.closed() for page in pages} == {4000}
