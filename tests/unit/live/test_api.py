import json
import logging
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from prometheus_client import REGISTRY

from live import api
from live.api import Refused


def call(raised: Exception | None = None, method: str = "POST", **options: Any) -> HttpResponse:
    """The response of an endpoint whose code raises this."""

    def handle(request: HttpRequest, number: int) -> HttpResponse:
        if raised is not None:
            raise raised
        return HttpResponse(f"{number}")

    return api.endpoint(handle, **options)(RequestFactory().generic(method, "/api/x"), number=5)


def error(response: HttpResponse) -> dict[str, Any]:
    assert response["Content-Type"] == "application/json"
    content = json.loads(response.content)
    assert set(content) == {"error"}
    return content["error"]


def test_endpoint_passes_on_what_its_code_returns() -> None:
    assert call().content == b"5"


def test_endpoint_makes_a_response_of_refused_with_all_that_it_has() -> None:
    response = call(Refused(429, "too_fast", "Wait.", field="value", index=0, headers={"Retry-After": "3"}))
    assert (response.status_code, response["Retry-After"]) == (429, "3")
    assert error(response) == {"code": "too_fast", "message": "Wait.", "index": 0, "field": "value"}


def test_endpoint_leaves_out_what_refused_has_not() -> None:
    assert error(call(Refused(400, "bad", "No."))) == {"code": "bad", "message": "No."}


@pytest.mark.parametrize("methods", [["POST"], {"GET": 1, "POST": 2}])
def test_endpoint_refuses_other_methods_with_405(methods: Any) -> None:
    response = call(method="PUT", methods=methods)
    assert (response.status_code, response["Allow"]) == (405, ", ".join(methods))
    assert error(response)["message"] == f"PUT is not allowed here; send {', '.join(methods)}."
    assert call(method="POST", methods=methods).status_code == 200


@pytest.mark.parametrize("failure", [OperationalError("database is locked"), InterfaceError("gone")])
def test_endpoint_answers_503_where_the_database_is_locked_or_away(failure: Exception) -> None:
    response = call(failure)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert error(response)["code"] == "unavailable"


def test_endpoint_answers_500_to_what_nobody_foresaw_and_keeps_it_for_the_log(caplog) -> None:
    failure = ZeroDivisionError("a bug")
    response = call(failure)
    assert response.status_code == 500
    assert error(response)["code"] == "internal"
    assert b"a bug" not in response.content
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("live.api", logging.ERROR)
    assert record.exc_info[1] is failure


def fail(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("a bug in a middleware")


class WithItsHandler:
    urlpatterns = [path("api/x", fail)]
    handler500 = staticmethod(api.server_error)


def test_an_error_outside_of_endpoints_has_the_same_format(settings, caplog) -> None:
    settings.ROOT_URLCONF = WithItsHandler
    response = Client(raise_request_exception=False).get("/api/x")
    assert response.status_code == 500
    assert error(response)["code"] == "internal"
    assert "a bug in a middleware" in caplog.text and b"a bug" not in response.content


def test_endpoint_logs_a_refused_request_once_with_its_reason(caplog) -> None:
    call(Refused(400, "bad", "No.", index=7))
    (record,) = caplog.records
    assert (record.name, record.levelno, record.exc_info) == ("live.api", logging.WARNING, None)
    assert record.getMessage() == "POST /api/x: 400 bad: No. (index 7)"


def test_what_a_sender_can_repeat_is_logged_once_a_minute_and_counted_each_time(caplog) -> None:
    def handle(request: HttpRequest) -> HttpResponse:
        raise errors.pop(0)

    view, before = api.endpoint(handle), REGISTRY.get_sample_value("live_api_refused_total", {"code": "bad"}) or 0
    errors: list[Exception] = [Refused(400, "bad", "No.")] * 3 + [Refused(400, "worse", "No.")]
    while errors:
        assert view(RequestFactory().post("/api/x" + "y" * 5000)).status_code == 400
    assert [record.getMessage()[-13:] for record in caplog.records] == [" 400 bad: No.", "00 worse: No."]
    assert max(len(record.getMessage()) for record in caplog.records) < 300
    assert REGISTRY.get_sample_value("live_api_refused_total", {"code": "bad"}) == before + 3
    errors += [ZeroDivisionError("one"), ZeroDivisionError("another")]
    while errors:
        assert view(RequestFactory().post("/api/x")).status_code == 500
    assert len(caplog.records) == 4, "what nobody foresaw is always logged"


def test_endpoint_answers_in_the_words_of_another_format() -> None:
    def to_response(refused: Refused) -> HttpResponse:
        return HttpResponse(f"no: {refused.message}", status=refused.status)

    response = call(Refused(400, "bad", "Why."), to_response=to_response)
    assert (response.status_code, response.content) == (400, b"no: Why.")
    assert call(ZeroDivisionError(), to_response=to_response).content.startswith(b"no: Something went wrong")


def test_refused_is_printed_with_its_status_code_and_message() -> None:
    assert str(Refused(400, "bad", "No.")) == "400 bad: No."


def test_not_found_never_makes_a_response_long() -> None:
    response = api.not_found(RequestFactory().get("/api/" + "x" * 5000))
    assert response.status_code == 404
    assert len(error(response)["message"]) < 300
