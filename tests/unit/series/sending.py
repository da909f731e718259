"""What the tests of the points API send, and what they expect of a refusal."""

import json
from collections.abc import Callable

from django.http import HttpResponse

from series.models import Point, Series

Send = Callable[..., HttpResponse]
ONE = json.dumps({"series": "cpu", "value": 1})


def points(number: int) -> str:
    """So many points of one series."""
    return json.dumps([{"series": "cpu", "value": value, "time": value} for value in range(number)])


def refused(response: HttpResponse, status: int, code: str) -> dict[str, object]:
    """The error of a refusal that wrote nothing."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/json"
    error = json.loads(response.content)["error"]
    assert error["code"] == code
    assert not Point.objects.exists()
    assert not Series.objects.exists()
    return error
