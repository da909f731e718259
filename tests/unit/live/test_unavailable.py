"""The database is busy or away: what a person is answered, and what the log says."""

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from live import database_errors, metrics, unavailable
from live.limited_log import LimitedLog

LOCKED = OperationalError("database\nis locked")


@pytest.fixture(autouse=True)
def _never_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_errors, "limited_log", LimitedLog(database_errors.logger))


def answer(error: Exception = LOCKED, method: str = "get", **headers: str) -> HttpResponse:
    """As Django calls it: while the error is being handled."""
    request = getattr(RequestFactory(), method)("/orders/", headers=headers)
    try:
        raise error
    except Exception:
        return unavailable.server_error(request)


@pytest.mark.parametrize("error", [LOCKED, InterfaceError("connection already closed")])
def test_a_page_says_so_and_asks_again_by_itself(error: Exception) -> None:
    response = answer(error)
    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (503, "5", "no-store")
    html = response.content.decode()
    assert "busy or away" in html
    assert "tries again by itself" in html
    seconds = {int(re.search(r'http-equiv="refresh" content="(\d+)"', answer().content.decode())[1]) for _ in range(99)}  # type: ignore[index]
    assert seconds == {3, 4, 5, 6, 7, 8}, "not all pages at the same moment"


def test_a_form_is_not_asked_for_again() -> None:
    response = answer(method="post")
    assert response.status_code == 503
    assert "probably not saved: go back" in response.content.decode()
    assert "refresh" not in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_request_of_htmx_gets_words_alone(method: str) -> None:
    response = answer(method=method, HX_Request="true")
    assert (response.status_code, response["Content-Type"]) == (503, "text/plain; charset=utf-8")
    assert response.content.decode().startswith("The database is busy or cannot be reached.")
    assert ("Send it again" in response.content.decode()) == (method == "post")


@pytest.mark.parametrize("error", [ValueError("x"), DataError("too long"), ZeroDivisionError()])
def test_all_other_errors_are_what_django_makes_of_them(error: Exception) -> None:
    response = answer(error)
    assert response.status_code == 500
    assert not response.has_header("Retry-After")


def test_the_reason_is_logged_once_a_minute_and_each_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    before = metrics.unavailable._value.get()
    for _ in range(3):
        answer()
    assert metrics.unavailable._value.get() == before + 3
    (record,) = caplog.records
    assert record.message == "the database is busy or away (database is locked): GET /orders/ is answered 503"
    assert (record.levelno, record.exc_info) == (logging.ERROR, None)


@pytest.fixture
def raising(settings: Any) -> Callable[[str], None]:
    """Have a middleware, a view or its template raise that the database is away."""

    def raise_in(where: str) -> None:
        settings.ROOT_URLCONF = __name__
        if where == "middleware":
            settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.broken"]
        settings.DEBUG = False

    return raise_in


def broken(get_response: Any) -> Any:
    def middleware(request: HttpRequest) -> HttpResponse:
        get_response(request)
        raise LOCKED

    return middleware


def view(request: HttpRequest, where: str) -> HttpResponse:
    if where == "view":
        raise LOCKED
    from django.template.response import TemplateResponse

    def value() -> str:
        raise LOCKED

    return TemplateResponse(request, "live/unavailable.html", {"seconds": value if where == "template" else 1})


def urlpatterns_() -> list[Any]:
    from django.urls import path

    return [path("<where>", view)]


urlpatterns = urlpatterns_()
handler500 = unavailable.server_error


@pytest.mark.parametrize("where", ["view", "template", "middleware"])
def test_wherever_it_is_raised(client: Any, raising: Any, where: str, caplog: pytest.LogCaptureFixture) -> None:
    raising(where)
    client.raise_request_exception = False
    response = client.get(f"/{where}")
    assert response.status_code == 503
    assert "tries again" in response.content.decode()
    assert [record.exc_info for record in caplog.records] == [None], "no traceback for each"


def test_the_same_through_asgi(raising: Any, async_client: Any) -> None:
    import asyncio

    raising("middleware")
    async_client.raise_request_exception = False
    response = asyncio.run(async_client.get("/middleware"))
    assert response.status_code == 503
