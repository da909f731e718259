"""One format of errors for all of ``/api/``."""

import json

import pytest
from django.test import Client

from tokens.models import Token

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ADDRESSES = ["/api/points", "/api/banners", "/api/banners/5/end", "/api/banners/5/updates"]
UNKNOWN = ["/api", "/api/point", "/api/points/", "/api/points/5", "/api/banners/x/end", "/api/v9/write"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(("method", "status"), [("DELETE", 405), ("POST", 401), ("POST", 403)])
def test_every_address_of_the_api_refuses_in_one_format(address: str, method: str, status: int) -> None:
    client = Client(enforce_csrf_checks=True)
    _, secret = Token.objects.issue("x", "write:none")
    headers = {"Authorization": f"Bearer {secret}"} if status == 403 else {}
    response = client.generic(method, address, '{"series": "a", "value": 1}', "application/json", headers=headers)
    assert (response.status_code, response["Content-Type"]) == (status, "application/json")
    error = json.loads(response.content)["error"]
    assert {"code", "message"} <= set(error) <= {"code", "message", "index", "field"}
    assert error["message"].endswith(".")
    assert response.has_header("Allow") == (status == 405)


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("address", UNKNOWN)
def test_an_unknown_address_of_the_api_is_404_in_that_format(address: str, method: str, debug: bool, settings) -> None:
    settings.DEBUG = debug
    response = Client(enforce_csrf_checks=True).generic(method, address)
    assert (response.status_code, response["Content-Type"]) == (404, "application/json")
    error = {"code": "not_found", "message": f"There is nothing at {address}."}
    assert json.loads(response.content) == {"error": error}


def test_what_only_begins_like_the_api_is_none_of_it(client: Client) -> None:
    assert client.get("/apis")["Content-Type"].startswith("text/html")


def test_a_wrong_host_is_400_in_the_format_of_the_api_and_in_html_elsewhere(client: Client) -> None:
    response = client.post("/api/points", headers={"Host": "elsewhere.example"})
    assert (response.status_code, response["Content-Type"]) == (400, "application/json")
    assert "ALLOWED_HOSTS" in json.loads(response.content)["error"]["message"]
    response = client.get("/", headers={"Host": "elsewhere.example"})
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/html")
