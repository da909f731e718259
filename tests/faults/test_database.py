"""The database is busy, away, restarted: nobody gets an error of ours, and pages are true again soon after."""

import re
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser

from tests.browser.screens import Screen
from tests.pages import OpenPage
from tests.postgres import Postgres
from tests.servers import Answer, Site
from tests.waiting import PROMISED, until

WEEK = "/boards/this-week/"


@pytest.fixture(scope="module")
def on_postgres() -> Iterator[tuple[Site, Postgres]]:
    """A running site on a PostgreSQL of its own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "postgres").mkdir()
        postgres = Postgres(Path(folder) / "postgres").create().start()
        site = Site(Path(folder), env={"DATABASE_URL": postgres.url}).prepare().start()
        yield site, postgres
        site.stop()
        postgres.kill()


def says_that_it_tries_again(answer: Answer) -> None:
    assert answer.status == 503, answer.text[:2000]
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert re.search(r'<meta http-equiv="refresh" content="\d">', answer.text)
    assert "busy or away" in answer.text


def test_after_a_restart_of_postgresql_no_page_fails(on_postgres: tuple[Site, Postgres]) -> None:
    site, postgres = on_postgres
    OpenPage(site, WEEK).live().close()
    postgres.stop()
    postgres.start()
    assert [site.http("GET", WEEK).status for _ in range(20)] == [200] * 20


def test_many_connections_from_before_a_restart_delay_nobody(on_postgres: tuple[Site, Postgres]) -> None:
    site, postgres = on_postgres
    # As many at once as the pool has connections: each waits for a lock. One request looks at four before it gives up.
    with ThreadPoolExecutor(20) as threads, psycopg.connect(postgres.url) as locking:
        locking.execute("LOCK TABLE boards_board")
        answers = [threads.submit(site.http, "GET", WEEK) for _ in range(20)]
        until(lambda: waiting_for_a_lock(postgres) >= 15, "that they wait")
        locking.rollback()
        assert {answer.result().status for answer in answers} == {200}
    postgres.stop()
    postgres.start()
    assert [site.http("GET", WEEK).status for _ in range(5)] == [200] * 5


def waiting_for_a_lock(postgres: Postgres) -> int:
    with psycopg.connect(postgres.url) as connection:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        [count] = connection.execute(asked).fetchone() or [0]
    return int(count)


def test_while_postgresql_is_away_pages_say_so_and_then_are_true(on_postgres: tuple[Site, Postgres]) -> None:
    site, postgres = on_postgres
    page = OpenPage(site, WEEK).live()
    postgres.stop()
    # Two, each of which waits for the pool: by then this waits long between its own attempts, or begins anew.
    for _ in range(2):
        says_that_it_tries_again(site.http("GET", WEEK))
    answer = site.send({"series": "week", "value": 1})
    assert (answer.status, answer.headers["Content-Type"]) == (503, "application/json")
    postgres.start()
    back = time.monotonic()
    assert site.http("GET", WEEK).status == 200
    assert site.send({"series": "week", "value": 24680, "tags": {"day": "Mon"}}).status == 200
    assert time.monotonic() < back + PROMISED
    OpenPage(site, WEEK).live().shows("boards-panel-9", "24,680", PROMISED)
    log = site.log.read_text()
    assert 1 <= log.count("the database is busy or away") <= len(site.processes), "once a minute, by each process"
    assert "Internal Server Error" not in log
    page.close()


@pytest.fixture
def locked(stopped_site: Site) -> Iterator[tuple[Site, sqlite3.Connection]]:
    """A running site on SQLite, and somebody else who can hold its lock."""
    stopped_site.env["DJANGO_SETTINGS_MODULE"] = "tests.impatient_sqlite"
    site = stopped_site.start()
    other = sqlite3.connect(site.folder / "db.sqlite3", isolation_level=None)
    yield site, other
    other.close()


def test_while_sqlite_is_locked_pages_are_read_and_forms_come_back(locked: tuple[Site, sqlite3.Connection]) -> None:
    site, other = locked
    person = site.browse()
    person.get(WEEK)
    other.execute("BEGIN IMMEDIATE")
    assert person.get(WEEK).status == 200
    answer = person.post(WEEK + "panels/9/values", {"random": "1"})
    assert answer.status == 503
    assert "probably not saved: go back" in answer.text
    assert "refresh" not in answer.text
    assert site.send({"series": "week", "value": 1}).status == 503
    other.execute("ROLLBACK")
    assert person.post(WEEK + "panels/9/values", {"random": "1"}).status == 200
    assert "Traceback" not in site.log.read_text()


@pytest.mark.browser
def test_a_form_that_could_not_be_saved_says_so_on_the_page_and_can_be_sent_again(
    browser: Browser, locked: tuple[Site, sqlite3.Connection]
) -> None:
    site, other = locked
    screen = Screen(browser, site, WEEK)
    screen.expect("live")
    other.execute("BEGIN IMMEDIATE")
    screen.page.get_by_label("Mon").fill("97")
    screen.page.get_by_role("button", name="Save").click()
    screen.shows("probably not saved. Send it again", within="#live-message")
    other.execute("ROLLBACK")
    assert screen.page.get_by_label("Mon").input_value() == "97"
    screen.page.get_by_role("button", name="Save").click()
    screen.shows("97", within="#boards-panel-9")
    until(lambda: not screen.page.locator("#live-message").inner_text(), "the words have gone")


@pytest.mark.browser
def test_a_page_that_could_not_be_loaded_comes_by_itself(browser: Browser, on_postgres: tuple[Site, Postgres]) -> None:
    site, postgres = on_postgres
    postgres.stop()
    page = browser.new_page()
    page.goto(site.address + WEEK)
    page.get_by_role("heading", name="The database cannot be reached").wait_for()
    postgres.start()
    page.locator("html[data-live=live]").wait_for()
    page.close()


def test_a_new_secret_beside_the_old_one_ends_neither_pages_nor_sessions(stopped_site: Site) -> None:
    site = stopped_site.start()
    person = site.browse().sign_in()
    page = OpenPage(site, WEEK, person).live()
    site.stop()
    old, new = site.env["SECRET_KEY"], "another secret of fifty characters and of many letters"
    site.start(SECRET_KEY=new, SECRET_KEY_FALLBACKS=old)
    page.live()
    assert "Sign out admin" in person.get(WEEK).text
    site.stop()
    site.start(SECRET_KEY=new)
    page.connect()
    page.socket.send(page.report())
    assert page.closed() >= 4000
