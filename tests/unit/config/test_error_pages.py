"""What a person is shown who cannot be shown what they asked for: in the look of the site, why, and a way back."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import OperationalError, connection
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation
from django.views import defaults

from config import urls
from live import unavailable

HTML = {"Accept": "text/html,application/xhtml+xml"}
HOME = 'href="/">To the boards</a>'


@pytest.fixture(params=[False, True], ids=["usual", "debug"])
def debug(request: pytest.FixtureRequest, settings: Any) -> bool:
    settings.DEBUG = request.param
    return bool(request.param)


def text(response: HttpResponse) -> str:
    html = response.content.decode()
    assert 'class="card narrow"' in html and "boards/page.css" in html
    assert "<script" not in html
    return html


def request(path: str = "/boards/x/") -> Any:
    return RequestFactory().get(path, headers=HTML)


@pytest.mark.usefixtures("debug")
class TestEachPage:
    """Without a question to the database: it may be what is wrong."""

    @pytest.fixture(autouse=True)
    def without_a_database(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*args: object) -> None:
            raise AssertionError("a page of an error asked the database")

        monkeypatch.setattr(connection, "ensure_connection", refuse)

    def test_400_says_what_the_view_expects(self) -> None:
        response = urls.handler400(request(), BadRequest("A panel comes as ?as=<b>."))
        assert response.status_code == 400
        html = text(response)
        assert "A panel comes as ?as=&lt;b&gt;." in html and HOME in html

    def test_400_says_nothing_of_what_was_suspicious(self) -> None:
        html = text(urls.handler400(request(), SuspiciousOperation("secret")))
        assert "secret" not in html and "malformed" in html

    def test_400_is_words_alone_for_a_program(self) -> None:
        response = urls.handler400(RequestFactory().get("/x"), BadRequest("Not so."))
        assert (response.content, response["Content-Type"]) == (b"Not so.\n", "text/plain; charset=utf-8")

    def test_403(self) -> None:
        response = defaults.permission_denied(request(), PermissionDenied())
        assert response.status_code == 403
        html = text(response)
        assert "takes a permission" in html and HOME in html
        assert 'href="/accounts/login/?next=/boards/x/"' in html

    def test_404(self) -> None:
        response = defaults.page_not_found(request("/<b>"), Http404())
        assert response.status_code == 404
        html = text(response)
        assert "No page has the address /%3Cb%3E." in html.replace("&lt;b&gt;", "%3Cb%3E") and HOME in html

    def test_500(self) -> None:
        try:
            raise ZeroDivisionError
        except ZeroDivisionError:
            response = unavailable.server_error(request())
        assert response.status_code == 500
        html = text(response)
        assert "log; whoever runs it" in html and HOME in html

    def test_503(self) -> None:
        try:
            raise OperationalError("database is locked")
        except OperationalError:
            response = unavailable.server_error(request())
        assert response.status_code == 503
        assert "busy or away" in text(response) and HOME in text(response)

    def test_they_are_read_from_the_right_in_arabic(self) -> None:
        with translation.override("ar"):
            assert '<html lang="ar" dir="rtl">' in defaults.page_not_found(request(), Http404()).content.decode()


@pytest.mark.django_db
@pytest.mark.database
class TestOfTheSite:
    def test_an_unknown_address(self, client: Client) -> None:
        response = client.get("/nothing-here/", headers=HTML)
        assert response.status_code == 404 and HOME in text(response)

    @pytest.mark.parametrize("signed_in", [False, True])
    def test_a_form_without_its_token(self, debug: bool, signed_in: bool) -> None:
        client = Client(enforce_csrf_checks=True)
        if signed_in:
            client.force_login(User.objects.create_user("ada"))
        response = client.post("/accounts/logout/", headers=HTML)
        assert response.status_code == 403
        html = text(response)
        assert "sends no cookies" in html and "Nothing was saved" in html and HOME in html

    def test_a_form_of_a_page_that_is_old(self) -> None:
        client = Client(enforce_csrf_checks=True)
        client.get("/accounts/login/")
        response = client.post("/accounts/login/", {"csrfmiddlewaretoken": "x" * 64}, headers=HTML)
        assert response.status_code == 403 and "was open for long" in text(response)

    def test_the_api_has_its_own_format(self, debug: bool, client: Client) -> None:
        response = client.get("/api/nothing", headers=HTML)
        assert json.loads(response.content)["error"]["code"] == "not_found"

    def test_a_page_is_read_in_the_direction_of_its_language(self, client: Client, settings: Any) -> None:
        settings.LANGUAGE_CODE = "ar"
        with translation.override("ar"):
            assert '<html lang="ar" dir="rtl"' in client.get("/accounts/login/").content.decode()

    def test_signing_in_says_why_and_leads_back(self, client: Client) -> None:
        html = client.get("/accounts/login/?next=/boards/secret/").content.decode()
        assert "That page is for people who are signed in." in html and "To the boards" in html
        assert "That page is" not in client.get("/accounts/login/").content.decode()
        client.force_login(User.objects.create_user("ada"))
        assert "ada may not see that page" in client.get("/accounts/login/?next=/boards/secret/").content.decode()
