"""What a page, and a project's own tests, cost with ``live``: counted, and not timed."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.contrib.staticfiles.finders import BaseFinder
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.template import Template, engines
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


PAGE = "<html><head>{head}</head><body>{body}</body></html>"
PLAIN = PAGE.format(head="", body="<p>1</p>")
LIVE = "{% load live live_banners live_notices %}" + PAGE.format(
    head="{% live_head %}",
    body='{% live_state %}{% live_banners %}{% live "tests.number" pk=1 %}{% live_notices %}{% live_page %}',
)
ROWS = "{% load live %}" + PAGE.format(
    head="{% live_head %}", body='{% for pk in pks %}{% live "tests.row" pk=pk %}{% endfor %}{% live_page %}'
)


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("a page that is not live")


def templated(request: HttpRequest, source: str) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(source).render({"pks": range(100)}, request))


urlpatterns = [
    path("", page),
    *(path(name, templated, {"source": source}) for name, source in (("plain", PLAIN), ("live", LIVE), ("rows", ROWS))),
    path("live/", include("live.urls")),
]
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


@pytest.fixture
def number(templates: dict[str, str]) -> None:
    templates["number.html"] = "<p>{{ pk }}</p>"

    @fragment("number.html")
    def number(pk: int) -> dict[str, Any]:
        return {"pk": pk}

    @fragment("number.html", load_many=lambda pks: {pk: pk for pk in pks})
    def row(loaded: int, pk: int) -> dict[str, Any]:
        return {"pk": loaded}


@pytest.fixture
def costs(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """What is rendered and signed."""
    counted = Counter[str]()
    render, signature = Template.render, signing.Signer.signature

    def counting_render(self: Template, context: Any) -> Any:
        counted[self.name or "a page"] += 1
        return render(self, context)

    def counting_signature(self: signing.Signer, *args: Any, **options: Any) -> str:
        counted[f"signature of {self.salt}"] += 1
        return signature(self, *args, **options)

    monkeypatch.setattr(Template, "render", counting_render)
    monkeypatch.setattr(signing.Signer, "signature", counting_signature)
    return counted


def test_a_page_with_banners_and_notices_asks_for_each_of_them_once(
    client: Client, number: None, django_assert_num_queries: Any
) -> None:
    for _ in range(2):  # the first one has no more to ask
        with django_assert_num_queries(4) as queries:
            assert client.get("/live").status_code == 200
    asked = [re.search(r'FROM "(\w+)"', query["sql"])[1] for query in queries.captured_queries]  # type: ignore[index]
    banners, *notices = asked
    assert banners == "live_banners_banner"
    # What is newest of its two feeds, and whether anything stays.
    assert sorted(notices) == ["live_notices_dismissal", "live_notices_notice", "live_notices_notice"]


def test_of_a_page_only_that_is_rendered_which_may_differ(
    client: Client, number: None, costs: Counter[str], settings: Any
) -> None:
    client.get("/live")
    costs.clear()
    client.get("/live")
    costs.subtract({"signature of live.page": 1, "live/banners/region.html": 1, "number.html": 1, "a page": 1})
    assert {name: count for name, count in costs.items() if count} == {}


def test_of_100_rows_each_costs_its_rendering_and_little_else(
    client: Client, number: None, costs: Counter[str]
) -> None:
    client.get("/rows")
    costs.clear()
    with calls() as counted:
        client.get("/rows")
    assert costs["number.html"] == 100 and costs["signature of live.page"] == 1
    assert sum(costs.values()) == 102, costs
    assert counted["seals.py:_signing_key"] == 0
    assert {name for name in counted if name.startswith("markup.py:handle")} == set(), "HTML of that shape is known"
    assert sum(counted.values()) <= 100 * 125, counted


def test_a_page_costs_few_calls_of_ours(client: Client, number: None) -> None:
    client.get("/live")
    with calls() as counted:
        client.get("/live")
    assert sum(counted.values()) <= 620, counted
