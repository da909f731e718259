"""What the log says of requests."""

import logging
from io import StringIO

import pytest
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from boards.models import Board, DisplayLink
from config.json_log import JSONFormatter
from config.logs import ConsoleHandler, ExpectedWithoutTraceback
from config.urls import urlpatterns as site_urls
from tokens.models import Token

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


@pytest.mark.parametrize("formatter", [logging.Formatter("%(message)s"), JSONFormatter()])
@pytest.mark.django_db
def test_secrets_of_addresses_are_not_in_the_log(client: Client, formatter: logging.Formatter) -> None:
    board = Board.objects.create(title="Mine", slug="mine")
    link = DisplayLink.objects.create(board=board, name="Hall", view="range=wrong")
    secret = Token.objects.issue("backup", "write:*")[1]
    invitation = f"{'0' * 32}:signature-of-an-invitation"
    written = StringIO()
    console = ConsoleHandler(written)
    console.setFormatter(formatter)
    logging.getLogger().addHandler(console)
    try:
        for address in (f"/display/{link.secret}", f"/boards/mine/embed?display={link.secret}"):
            assert client.get(address).status_code == 400
        # As the API writes it, though not more often than once a minute.
        logging.getLogger("live.api").warning("GET %s: refused", f"/api/push/{secret}")
        assert client.put(f"/accounts/invitation/{invitation}/").status_code == 405
    finally:
        logging.getLogger().removeHandler(console)
    text = written.getvalue()
    assert "/display/…" in text and "/api/push/…" in text and "/accounts/invitation/…" in text
    assert not any(one in text for one in (link.secret, secret, invitation))
