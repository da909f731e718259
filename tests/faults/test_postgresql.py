"""Two server processes on PostgreSQL, with nothing else between them."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.pages import OpenPage
from tests.postgres import Postgres
from tests.servers import Site
from tests.waiting import PROMISED, until

WEEK = "/boards/this-week/"


@pytest.fixture
def postgresql() -> Iterator[Postgres]:
    server = Postgres().create().start()
    yield server
    server.remove()


@pytest.fixture
def pair(tmp_path: Path, postgresql: Postgres) -> Iterator[tuple[Site, Site]]:
    """Both without the sweep: what comes was brought by PostgreSQL."""
    first = Site(tmp_path, env={"DATABASE_URL": postgresql.url}).prepare()
    first.env["DJANGO_SETTINGS_MODULE"] = "tests.unswept"
    second = first.beside()
    yield first.start(), second.start()
    for site in (first, second):
        site.stop()


def hears(site: Site) -> bool:
    return site.counters().get('live_hints_heard{source="PostgreSQL"}') == len(site.processes)


def test_without_redis_each_shows_what_the_other_writes(pair: tuple[Site, Site], postgresql: Postgres) -> None:
    first = pair[0]
    pages = [OpenPage(site, WEEK).live() for site in pair]
    for site in pair:
        until(lambda site=site: hears(site), "it hears PostgreSQL")  # type: ignore[misc]
    assert first.send({"series": "week", "value": 13579, "tags": {"day": "Mon"}}).status == 200
    for page in pages:
        page.until("13,579")
    first.shell(
        "from series.samples import Sample; from series.storage.write import write; from django.utils import timezone;"
        "write([Sample('week', {'day': 'Tue'}, timezone.now(), 86420.0)])"
    )
    for page in pages:
        page.until("86,420")
    # What is written while nobody hears is shown, too.
    postgresql.kill()
    for site in pair:
        until(lambda site=site: "not heard over the PostgreSQL" in site.log.read_text(), "words in the log")  # type: ignore[misc]
    postgresql.start()
    for site in pair:
        until(lambda site=site: "heard again over the PostgreSQL" in site.log.read_text(), "words", PROMISED)  # type: ignore[misc]


def test_while_nobody_watches_a_process_holds_the_connection_that_hears_others_and_no_other(
    tmp_path: Path, postgresql: Postgres
) -> None:
    site = Site(tmp_path, env={"DJANGO_SETTINGS_MODULE": "tests.acting.settings", "DATABASE_URL": postgresql.url})
    site.manage("migrate", "-v0")
    site.shell("from tests.acting.models import User; User.objects.create_user('ann')")
    site.start()

    def held() -> list[str]:
        with psycopg.connect(postgresql.url) as connection:
            others = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            rows = connection.execute(f"SELECT application_name FROM pg_stat_activity WHERE {others}").fetchall()
        return [name for (name,) in rows]

    try:
        ann = site.browse()
        ann.get("/in/ann")
        page = OpenPage(site, "/", ann).live()
        assert len(held()) > 1
        page.close()
        only = ["live hints"] * len(site.processes)
        until(lambda: held() == only, lambda: f"one connection of each process, and not {held()}")
        OpenPage(site, "/", ann).live()
    finally:
        site.stop()
