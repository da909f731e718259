"""``manage.py live_doctor`` on real set-ups: a right one, and those that people get wrong."""

import contextlib
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.postgres import Postgres
from tests.proxies import HOST, UPGRADE, Nginx
from tests.servers import Redis, Site


@dataclass
class Report:
    """What the doctor has printed: the outcome, the sentence and the advice of each check."""

    status: int
    text: str

    def __getitem__(self, name: str) -> tuple[str, str]:
        pattern = rf"^(ok|warning|wrong) +{re.escape(name)}: (.*(?:\n {{9}}-> .*)?)"
        found = re.search(pattern, self.text, re.MULTILINE)
        assert found, f"nothing is said of {name!r}:\n{self.text}"
        return found[1], found[2]

    def has(self, name: str, outcome: str, *words: str) -> None:
        is_, text = self[name]
        assert is_ == outcome, f"{name}: {is_}\n{self.text}"
        for word in words:
            assert word in text, self.text


def examine(site: Site, *arguments: str, **env: str) -> Report:
    done = subprocess.run(
        [site.python, "manage.py", "live_doctor", "--no-color", *arguments],
        cwd=site.root,
        env={**site.env, **env},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return Report(done.returncode, done.stdout + done.stderr)


@pytest.fixture(scope="module")
def brisk(tmp_path_factory: pytest.TempPathFactory, installation: Site) -> Iterator[Site]:
    """A running site that these tests only look at."""
    folder = tmp_path_factory.mktemp("brisk")
    shutil.copy(installation.folder / "db.sqlite3", folder)
    site = Site(folder, env={"SECRET_KEY": installation.env["SECRET_KEY"], "DJANGO_SETTINGS_MODULE": "tests.brisk"})
    yield site.start()
    site.stop()


def test_a_right_one_on_sqlite_alone(brisk: Site) -> None:
    report = examine(brisk)
    assert report.status == 0, report.text
    names = ["check", "secret", "time zone", "database", "migrations", "SQLite", "hints", "server", "ready", "socket"]
    for name in [*names, "same secret", "clock of the server", "static files", "prefix", "origin", "time-outs"]:
        report.has(name, "ok")
    report.has("compression", "ok")
    report.has("prefix", "ok", "/live/socket")
    report.has("SQLite", "ok", "Write-ahead log")
    assert "0 wrong" in report.text


def test_behind_an_nginx_that_is_right(brisk: Site, tmp_path: Path) -> None:
    with Nginx(tmp_path / "nginx", brisk.port) as nginx:
        report = examine(brisk, "--url", nginx.address)
    assert report.status == 0, report.text
    for name in ("server", "ready", "same secret", "static files", "prefix", "socket", "origin", "time-outs"):
        report.has(name, "ok")


@pytest.mark.parametrize(
    ("directives", "name", "words"),
    [
        (HOST, "socket", ["not with 101", "drops the headers of the upgrade", "proxy_set_header Upgrade"]),
        (f"{UPGRADE} proxy_set_header Host nobody.example.com;", "server", []),
        (UPGRADE, "origin", ["closed with 4421", "the proxy set Host", "CSRF_TRUSTED_ORIGINS"]),
        (f"{UPGRADE} {HOST} proxy_read_timeout 300ms;", "time-outs", ["cut off after", "proxy_read_timeout 60s"]),
    ],
    ids=["no upgrade", "another host", "no host", "time-out"],
)
def test_behind_one_that_is_wrong(brisk: Site, tmp_path: Path, directives: str, name: str, words: list[str]) -> None:
    with Nginx(tmp_path / "nginx", brisk.port, directives) as nginx:
        report = examine(brisk, "--url", nginx.address)
    if name == "server":  # what a probe asks is answered under any name
        report.has("server", "ok")
        report.has("static files", "ok")
        report.has("origin", "wrong")
    else:
        report.has(name, "wrong", *words)
    assert report.status == 1


def test_under_a_prefix_with_a_proxy_that_strips_it_and_one_that_does_not(stopped_site: Site, tmp_path: Path) -> None:
    stopped_site.env |= {"DJANGO_SETTINGS_MODULE": "tests.brisk", "BASE_PATH": "/board"}
    site = stopped_site.start()
    for strips in (True, False):
        with Nginx(tmp_path / f"nginx-{strips}", site.port, path="/board", strips=strips) as nginx:
            report = examine(site, "--url", nginx.address)
        assert report.status == 0, report.text
        report.has("prefix", "ok", "/board/live/socket")
        for name in ("server", "static files", "socket", "origin"):
            report.has(name, "ok")
    # And without a proxy.
    assert examine(site).status == 0
    # A proxy of which the settings know nothing.
    with Nginx(tmp_path / "other", site.port, path="/other", strips=True) as nginx:
        examine(site, "--url", nginx.address).has("prefix", "wrong", "FORCE_SCRIPT_NAME = '/other'")


def test_another_secret_is_named_before_what_follows_from_it(brisk: Site) -> None:
    report = examine(brisk, SECRET_KEY=secrets.token_urlsafe(50))
    report.has("same secret", "wrong", "8 of 8", "the same SECRET_KEY")
    assert report.status == 1
    report = examine(brisk, SECRET_KEY=secrets.token_urlsafe(50), SECRET_KEY_FALLBACKS=brisk.env["SECRET_KEY"])
    report.has("same secret", "warning", "8 of 8", "Restart the processes")


def test_without_a_server_the_rest_is_checked(stopped_site: Site) -> None:
    report = examine(stopped_site)
    report.has("server", "warning", "Nothing answers at", "what needs a server was not checked")
    report.has("hints", "ok")
    assert report.status == 0, report.text
    report = examine(stopped_site, "--url", f"http://127.0.0.1:{stopped_site.port}")
    report.has("server", "wrong", "Start the server")
    assert report.status == 1
    assert "must look like https://board.example.com" in examine(stopped_site, "--url", "board.example.com").text


def test_a_database_without_tables_and_one_that_is_away(tmp_path: Path) -> None:
    site = Site(tmp_path)
    report = examine(site)
    report.has("migrations", "wrong", "Run manage.py migrate.")
    assert report.status == 1
    report = examine(site, DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    report.has("database", "wrong", "It cannot be reached")


def test_a_postgresql(tmp_path: Path) -> None:
    postgres = Postgres().create().start()
    try:
        site = Site(tmp_path, env={"DATABASE_URL": postgres.url})
        site.manage("migrate", "-v0")
        report = examine(site)
        for name in ("PostgreSQL", "clock of the database", "connections", "hints"):
            report.has(name, "ok")
        with contextlib.ExitStack() as held:
            for _ in range(170):
                held.enter_context(postgres.connect())
            examine(site).has("connections", "warning", "of its 200 connections are in use", "Raise max_connections")
    finally:
        postgres.remove()


def test_a_redis(stopped_site: Site, redis: Redis) -> None:
    for option in ("maxclients 50", "client-output-buffer-limit pubsub 1000 0 0"):
        name, _, value = option.partition(" ")
        subprocess.run(["redis-cli", "-p", str(redis.port), "CONFIG", "SET", name, value], check=True)
    report = examine(stopped_site, REDIS_URL=redis.url)
    report.has("Redis clients", "warning", "Raise maxclients")
    report.has("Redis buffers", "warning", "client-output-buffer-limit")
    for name in ("Redis", "hints"):
        report.has(name, "ok")
    assert report.status == 0, report.text
    redis.kill()
    report = examine(stopped_site, REDIS_URL=redis.url)
    report.has("Redis", "wrong", "cannot be reached")
    report.has("hints", "wrong", "did not hear")
    assert report.status == 1


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[Site]:
    """A project with nothing of ours but ``live``, by its own settings, mostly Django's defaults."""
    root = tmp_path / "foreign"
    root.mkdir()
    (root / "settings.py").write_text(
        "SECRET_KEY = 'django-insecure-abc'\nROOT_URLCONF = 'urls'\nUSE_TZ = True\nALLOWED_HOSTS = ['127.0.0.1']\n"
        "INSTALLED_APPS = ['live', 'django_htmx', 'django.contrib.auth', 'django.contrib.contenttypes',"
        " 'django.contrib.sessions', 'django.contrib.staticfiles']\nSTATIC_URL = '/static/'\n"
        "MIDDLEWARE = ['django.contrib.sessions.middleware.SessionMiddleware']\n"
        "SESSION_ENGINE = 'django.contrib.sessions.backends.signed_cookies'\n"
        f"DATABASES = {{'default': {{'ENGINE': 'django.db.backends.sqlite3', 'NAME': '{root}/db.sqlite3'}}}}\n"
        "TEMPLATES = [{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'APP_DIRS': True}]\n"
    )
    (root / "urls.py").write_text("urlpatterns = []\n")
    (root / "manage.py").write_text(
        "import os, sys\nos.environ['DJANGO_SETTINGS_MODULE'] = 'settings'\n"
        "from django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n"
    )
    # As pip would install it.
    packages = tmp_path / "packages"
    packages.mkdir()
    shutil.copytree(Path(__file__).parents[2] / "live", packages / "live")
    site = Site(tmp_path, root=root, env={"PYTHONPATH": str(packages), "DJANGO_SETTINGS_MODULE": "settings"})
    site.manage("migrate", "-v0")
    yield site
    site.stop()


@pytest.mark.serve
def test_a_project_of_somebody_else(foreign: Site) -> None:
    report = examine(foreign.start())
    report.has("secret", "wrong", "token_urlsafe")
    report.has("SQLite", "warning", "journal_mode=WAL")
    report.has("live.W005", "warning")
    report.has("live.W010", "warning", "signed cookies")
    report.has("hints", "ok")
    report.has("socket", "ok")
    report.has("origin", "ok")
    report.has("static files", "wrong", "collectstatic")
    assert report.status == 1
    assert os.environ.get("DJANGO_SETTINGS_MODULE") != "settings"
