"""Whether the process lives and can serve: answered without Django, and also while the database is away."""

import asyncio
import threading
import time
from typing import Any

import pytest
from django.core.signing import TimestampSigner
from django.db import OperationalError
from django.db.migrations import Migration
from django.http import HttpResponse
from django.urls import path

from live import health
from live.hub import process
from live.hub.hub import Hub
from live.socket.routing import with_live
from tests.waiting import until_async

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is remembered of other tests."""
    monkeypatch.setattr(health, "readiness", health.Readiness())
    health._is_free.cache_clear()


async def ask(path: str, method: str = "GET", **scope: Any) -> tuple[int, str, dict[str, str]]:
    """What the whole ASGI application answers; 0 where it is left to Django."""
    sent: list[dict[str, Any]] = []

    async def django(*_: Any) -> None:
        sent.append({"status": 0, "headers": []})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await with_live(django)({"type": "http", "method": method, "path": path, "headers": [], **scope}, None, send)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], b"".join(each.get("body", b"") for each in sent).decode(), headers


async def test_alive_with_a_signed_time() -> None:
    status, body, headers = await ask("/healthz")
    assert (status, body) == (200, "ok\n")
    assert headers["cache-control"] == "no-store"
    assert TimestampSigner(salt=health.SALT).unsign(headers["x-live-signature"], max_age=5) == "ok"


async def test_ready_in_one_word_a_check() -> None:
    status, body, _ = await ask("/readyz")
    assert (status, body) == (200, "database ok\nmigrations ok\nhints ok\nprocess ok\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_head_has_no_body_and_a_post_is_for_django(path: str) -> None:
    assert (await ask(path, "HEAD"))[:2] == (200, "")
    assert (await ask(path, "POST"))[0] == 0
    assert (await ask(path + "/more"))[0] == 0


async def test_under_a_prefix() -> None:
    for asked in ("/board/healthz", "/healthz"):
        assert (await ask(asked, root_path="/board"))[0] == 200


@pytest.mark.parametrize(
    ("root", "path", "below"),
    [
        ("", "/live/socket", "/live/socket"),
        ("/board", "/board/live/socket", "/live/socket"),
        ("/board/", "/board/live/socket", "/live/socket"),
        ("/board", "/live/socket", "/live/socket"),
        ("/live", "/live/live/socket", "/live/socket"),
        ("/board", "/boards/1", "/boards/1"),
    ],
)
def test_the_path_below_the_site(root: str, path: str, below: str) -> None:
    assert health.path_of({"root_path": root, "path": path}) == below


class Own:
    urlpatterns = [path("readyz", lambda request: HttpResponse("mine"))]


async def test_a_page_of_the_project_goes_before(settings: Any) -> None:
    settings.ROOT_URLCONF = Own
    assert (await ask("/readyz"))[0] == 0
    assert (await ask("/healthz"))[0] == 200


def failing(*args: Any, **kwargs: Any) -> Any:
    raise OperationalError("could not connect to 10.0.0.7, password secret")


async def test_a_database_that_is_away_is_one_word(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", failing)
    status, body, _ = await ask("/readyz")
    assert (status, body) == (503, "database away\nmigrations unknown\nhints ok\nprocess ok\n")
    assert (await ask("/healthz"))[0] == 200
    monkeypatch.setattr(health, "KEEP_SECONDS", 0.0)
    assert (await ask("/readyz"))[0] == 503
    assert caplog.text.count("the database cannot be asked") == 1


async def test_a_database_that_does_not_answer_is_late_and_one_thread_waits_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go_on = threading.Event()

    def hanging(self: Any) -> dict[str, str]:
        assert go_on.wait(30)
        return {"database": "ok", "migrations": "ok"}

    monkeypatch.setattr(health, "MAX_WAIT_SECONDS", 0.05)
    monkeypatch.setattr(health.Readiness, "_check_database", hanging)
    assert (await ask("/readyz"))[:2] == (503, "database late\nmigrations unknown\nhints ok\nprocess ok\n")
    # However many ask meanwhile, they are told at once.
    monkeypatch.setattr(health, "MAX_WAIT_SECONDS", 30.0)
    answers = await asyncio.gather(*(ask("/readyz") for _ in range(100)))
    assert {status for status, *_ in answers} == {503}
    assert [each.name for each in threading.enumerate()].count("live-ready") == 1
    go_on.set()
    await until_async(lambda: health.readiness._is_in_time, "an answer of the database")
    assert (await ask("/readyz"))[0] == 200


async def test_the_database_is_asked_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[float] = []

    def counted(self: Any) -> dict[str, str]:
        calls.append(time.monotonic())
        return {"database": "ok", "migrations": "ok"}

    monkeypatch.setattr(health.Readiness, "_check_database", counted)
    monkeypatch.setattr(health, "KEEP_SECONDS", 3600.0)
    for _ in range(50):
        await asyncio.gather(*(ask("/readyz") for _ in range(20)))
    assert len(calls) == 1


async def test_a_migration_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "KEEP_SECONDS", 0.0)
    plan = [(Migration("one", "tests"), False)]
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: plan)
    assert (await ask("/readyz"))[:2] == (503, "database ok\nmigrations missing\nhints ok\nprocess ok\n")
    plan.clear()
    assert (await ask("/readyz"))[0] == 200
    # What was applied stays so: all migrations are not read again.
    plan.append((Migration("two", "tests"), False))
    assert (await ask("/readyz"))[0] == 200
    monkeypatch.setattr(health, "readiness", health.Readiness())
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", failing)
    assert "migrations unknown" in (await ask("/readyz"))[1]


async def test_deaf_and_stopping(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await ask("/readyz"))[0] == 200
    monkeypatch.setattr(process, "is_hearing_others", lambda: False)
    assert (await ask("/readyz"))[:2] == (503, "database ok\nmigrations ok\nhints deaf\nprocess ok\n")
    monkeypatch.undo()
    monkeypatch.setattr(health, "readiness", health.Readiness())
    await process.close_all()
    assert (await ask("/readyz"))[:2] == (503, "database ok\nmigrations ok\nhints ok\nprocess stopping\n")
    process.stop()
    process.running_hub()
    await until_async(lambda: not process.is_stopping(), "one that has started again")
    process.stop()


def test_the_answer_comes_too_late_for_the_loop(caplog: pytest.LogCaptureFixture) -> None:
    loop = asyncio.new_event_loop()
    asking = loop.create_future()
    loop.close()
    with caplog.at_level("DEBUG", logger="live.health"):
        health.Readiness()._ask(loop, asking)
    assert "nobody waits" in caplog.text
