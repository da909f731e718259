"""Telegraf's JSON."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from series.models import Point
from tests.unit.series.sending import refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
Send = Callable[[Any], HttpResponse]
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
# As its documentation has it.
METRIC = {
    "fields": {"field_1": 30, "field_2": 4, "field_N": 59.5, "n_images": True, "note": "text"},
    "name": "docker",
    "tags": {"host": "raynor"},
    "timestamp": int(NOON.timestamp()),
}


@pytest.fixture
def send(client: Client, secret: str) -> Send:
    def post(body: Any) -> HttpResponse:
        text = body if isinstance(body, str) else json.dumps(body)
        headers = {"Authorization": f"Bearer {secret}"}
        return client.post("/api/telegraf", text, content_type="text/plain", headers=headers)

    return post


@pytest.mark.parametrize("body", [METRIC, {"metrics": [METRIC]}, [METRIC]])
def test_each_field_is_a_series(send: Send, body: Any) -> None:
    assert json.loads(send(body).content) == {"accepted": 4}
    assert sorted(Point.objects.values_list("series__identity", "time", "value")) == [
        ("docker.field_1{host=raynor}", NOON, 30),
        ("docker.field_2{host=raynor}", NOON, 4),
        ("docker.field_N{host=raynor}", NOON, 59.5),
        ("docker.n_images{host=raynor}", NOON, 1),
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", "invalid_json"),
        ("[" * 100_000, "invalid_json"),
        ({"metrics": 5}, "invalid_body"),
        ([5], "invalid_field"),
        ([METRIC, {**METRIC, "name": 5}], "invalid_field"),
        ({**METRIC, "tags": {"host": 5}}, "invalid_field"),
        ({**METRIC, "fields": [1]}, "invalid_field"),
        ({**METRIC, "fields": {"a": [1]}}, "invalid_field"),
        ({**METRIC, "fields": {"a": 10**400}}, "invalid_field"),
        ({**METRIC, "fields": {"a": float("nan")}}, "invalid_field"),
        ({**METRIC, "timestamp": "now"}, "invalid_field"),
        ({**METRIC, "timestamp": 10**30}, "invalid_field"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_written(send: Send, body: Any, code: str) -> None:
    refused(send(body), 400, code)


def test_too_much_is_refused(send: Send) -> None:
    refused(
        send([{**METRIC, "fields": {"a": 1}, "timestamp": second} for second in range(50_001)]), 413, "too_many_points"
    )
