"""Servers for the tests that need one: the real thing, started as an operator starts it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import Redis, Site, movable_clock


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site after its first start, on SQLite, that is never run: each test gets a copy."""
    return Site(tmp_path_factory.mktemp("installation")).prepare()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory, installation: Site) -> Iterator[Site]:
    """A running site that tests only look at: one for all of them."""
    folder = tmp_path_factory.mktemp("running")
    shutil.copy(installation.folder / "db.sqlite3", folder)
    site = Site(folder, env={"SECRET_KEY": installation.env["SECRET_KEY"]}).start()
    site.token = installation.token
    yield site
    site.stop()


@pytest.fixture
def still(running: Site) -> Iterator[Site]:
    """The same, without what the last test has opened."""
    yield running
    running.opened.close()


@pytest.fixture
def stopped_site(tmp_path: Path, installation: Site) -> Iterator[Site]:
    """A site of this test's own, without a server process yet."""
    shutil.copy(installation.folder / "db.sqlite3", tmp_path)
    site = Site(tmp_path, env={"SECRET_KEY": installation.env["SECRET_KEY"]})
    site.token = installation.token
    yield site
    site.stop()


@pytest.fixture
def site(stopped_site: Site) -> Site:
    """A running site with its two boards, on SQLite and without Redis."""
    return stopped_site.start()


@pytest.fixture
def unswept(stopped_site: Site) -> Site:
    """The same, without the sweep: what comes was brought by what the test does, and not by that."""
    stopped_site.env["DJANGO_SETTINGS_MODULE"] = "tests.unswept"
    return stopped_site.start()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """A Redis of this test's own."""
    redis = Redis(tmp_path).start()
    yield redis
    redis.kill()


@pytest.fixture
def pair(stopped_site: Site, redis: Redis) -> Iterator[tuple[Site, Site]]:
    """Two server processes of one site on two ports, with Redis between them."""
    stopped_site.env["REDIS_URL"] = redis.url
    second = stopped_site.beside()
    yield stopped_site.start(), second.start()
    second.stop()


@pytest.fixture(scope="session")
def running_impatient(tmp_path_factory: pytest.TempPathFactory, installation: Site) -> Iterator[Site]:
    """A running site with limits that are soon reached: one for all tests of them."""
    folder = tmp_path_factory.mktemp("impatient")
    shutil.copy(installation.folder / "db.sqlite3", folder)
    env = {"SECRET_KEY": installation.env["SECRET_KEY"], "DJANGO_SETTINGS_MODULE": "tests.impatient"}
    site = Site(folder, env=env)
    site.token = installation.token
    yield site.start()
    site.stop()


@pytest.fixture
def impatient(running_impatient: Site) -> Iterator[Site]:
    """The same, without what the last test has opened, and serving pages whatever was done to it."""
    yield running_impatient
    running_impatient.opened.close()
    assert running_impatient.http("GET", "/boards/this-week/").status == 200


@pytest.fixture
def clock(stopped_site: Site) -> Path:
    """``movable_clock`` of a site that is running, and that follows it at once."""
    file = movable_clock(stopped_site)
    stopped_site.start(FAKETIME_NO_CACHE="1")
    return file
