"""What the log says of requests."""

import logging
from io import StringIO

import pytest
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from config.logs import ExpectedWithoutTraceback
from config.urls import urlpatterns as site_urls

ERRORS = {"denied": PermissionDenied("no"), "bad": BadRequest("no"), "odd": SuspiciousOperation("no")}


def view(request: HttpRequest, name: str) -> HttpResponse:
    raise ERRORS.get(name, ZeroDivisionError("a bug"))


# The pages of errors have links of the site.
urlpatterns = [*site_urls, path("<name>", view)]


@pytest.mark.urls("tests.unit.config.test_logs")
def test_only_errors_of_ours_have_a_traceback() -> None:
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["expected"]
    log, client = StringIO(), Client(raise_request_exception=False)
    handler = logging.StreamHandler(log)
    handler.addFilter(ExpectedWithoutTraceback())
    logging.getLogger().addHandler(handler)
    try:
        for name in ERRORS:
            assert client.get(f"/{name}").status_code in (400, 403)
        assert "/denied" in log.getvalue()
        assert "Traceback" not in log.getvalue()
        assert client.get("/bug").status_code == 500
        assert "Traceback" in log.getvalue() and "a bug" in log.getvalue()
    finally:
        logging.getLogger().removeHandler(handler)
