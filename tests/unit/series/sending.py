"""What the tests of ingest send, and what they expect of a refusal."""

import json
from collections.abc import Callable

from django.http import HttpResponse
from django.test import Client

from series.models import Point, Series, StateText

Send = Callable[..., HttpResponse]
ONE = json.dumps({"series": "cpu", "value": 1})


def points(number: int) -> str:
    """So many points of one series."""
    return json.dumps([{"series": "cpu", "value": value, "time": value} for value in range(number)])


def line_sender(client: Client, secret: str, path: str, usual_query: str) -> Send:
    """Post lines to one of InfluxDB's addresses; headers by their CGI names."""

    def post(body: bytes | str, query: str = usual_query, **headers: str) -> HttpResponse:
        shown = {"HTTP_AUTHORIZATION": f"Token {secret}", **headers}
        return client.generic("POST", f"{path}?{query}", body, content_type="text/plain", **shown)

    return post


def states() -> dict[str, list[str]]:
    """The texts of the states of each series that holds some, in the order of their codes."""
    texts: dict[str, list[str]] = {}
    for identity, code, text in StateText.objects.order_by("code").values_list("series__identity", "code", "text"):
        texts.setdefault(identity, []).append(text)
        assert texts[identity][code] == text
    return texts


def refused(response: HttpResponse, status: int, code: str) -> dict[str, object]:
    """The error of a refusal that wrote nothing."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/json"
    error = json.loads(response.content)["error"]
    assert error["code"] == code
    assert not Point.objects.exists()
    assert not Series.objects.exists()
    return error
