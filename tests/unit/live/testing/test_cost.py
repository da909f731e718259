"""What a project's own tests cost with ``live``: counted, and not timed."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.contrib.staticfiles.finders import BaseFinder
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path

import live
from live import fragment

ENGINE = str(Path(live.__file__).parent)
# What docs/live.md and docs/notices.md have a project set, beside Django's own.
MIDDLEWARE = [
    f"django.{name}"
    for name in """middleware.security.SecurityMiddleware contrib.sessions.middleware.SessionMiddleware
    middleware.common.CommonMiddleware middleware.csrf.CsrfViewMiddleware
    contrib.auth.middleware.AuthenticationMiddleware contrib.messages.middleware.MessageMiddleware
    middleware.clickjacking.XFrameOptionsMiddleware""".split()
]


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("a page that is not live")


urlpatterns = [path("", page), path("live/", include("live.urls"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def project(settings: Any) -> None:
    settings.MIDDLEWARE = ["live.middleware.complete_pages", *MIDDLEWARE]


@contextmanager
def calls() -> Iterator[Counter[str]]:
    """The functions of ``live`` that are called inside, and how often."""
    counted = Counter[str]()

    def count(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(ENGINE):
            counted[f"{Path(frame.f_code.co_filename).name}:{frame.f_code.co_name}"] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield counted
    finally:
        sys.setprofile(before)


def test_a_client_and_its_request_are_a_few_calls_and_no_list_of_static_files(monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[Any] = []
    for finder in (BaseFinder, *BaseFinder.__subclasses__()):
        monkeypatch.setattr(finder, "list", lambda self, *args: listed.append(self) or ())
    with calls() as counted:
        for _ in range(10):
            assert Client().get("/").status_code == 200
    assert listed == []
    calls_of_clients = {name: times for name, times in counted.items() if not name.endswith(">")}  # modules
    assert sum(calls_of_clients.values()) <= 10 * 20, counted


def test_a_page_that_is_not_live_asks_no_database(client: Client) -> None:
    from django.db import connection

    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    assert len(queries) == 0


def test_a_change_in_a_tests_transaction_is_a_note_and_nothing_else(
    templates: dict[str, str], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    @fragment("any.html")
    def any() -> dict[str, Any]:
        return {}

    with calls() as counted, django_capture_on_commit_callbacks() as callbacks:
        for _ in range(10):
            any.changed()
    assert len(callbacks) == 10
    assert sum(counted.values()) <= 10 * 30, counted
    assert not {name for name in counted if name.startswith(("render", "hub", "publisher"))}
