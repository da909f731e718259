"""Telegraf's JSON."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from series.models import Point
from tests.unit.series.sending import refused, states

pytestmark = [pytest.mark.database, pytest.mark.django_db]
Send = Callable[[Any], HttpResponse]
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
# As its documentation has it.
METRIC = {
    "fields": {"field_1": 30, "field_2": 4, "field_N": 59.5, "n_images": True, "note": "running"},
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
    assert json.loads(send(body).content) == {"accepted": 5}
    assert sorted(Point.objects.values_list("series__identity", "time", "value")) == [
        ("docker.field_1{host=raynor}", NOON, 30),
        ("docker.field_2{host=raynor}", NOON, 4),
        ("docker.field_N{host=raynor}", NOON, 59.5),
        ("docker.n_images{host=raynor}", NOON, 1),
        ("docker.note{host=raynor}", NOON, 0),
    ]
    assert states() == {"docker.n_images{host=raynor}": ["false", "true"], "docker.note{host=raynor}": ["running"]}


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
        ({**METRIC, "timestamp": "now"}, "invalid_field"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_written(send: Send, body: Any, code: str) -> None:
    refused(send(body), 400, code)


@pytest.mark.parametrize(
    ("wrong", "field", "reason"),
    [
        ({"fields": {"b": 1, "a": float("nan")}}, "value", "value must be a finite number"),
        ({"timestamp": 10**30}, "time", "time is in the future"),
        ({"tags": {"command": "x" * 300}}, "tags", "the tag 'command' must be 0 to 200 characters long; it has 300."),
    ],
)
def test_a_metric_that_cannot_be_kept_is_left_out_and_said(
    send: Send, wrong: dict[str, Any], field: str, reason: str
) -> None:
    response = send({"metrics": [{**METRIC, **wrong, "name": "wrong"}, METRIC]})
    assert response.status_code == 422
    error = json.loads(response.content)["error"]
    assert (error["code"], error["index"], error["field"]) == ("partial_write", 0, field)
    assert error["message"].startswith("1 of 2 metrics were left out; of the first: " + reason)
    assert {name for (name,) in Point.objects.values_list("series__name")} == {
        "docker.field_1",
        "docker.field_2",
        "docker.field_N",
        "docker.n_images",
        "docker.note",
    }


def test_a_metric_whose_values_are_of_another_type_is_left_out(send: Send) -> None:
    send(METRIC)
    later = {**METRIC, "timestamp": METRIC["timestamp"] + 1}
    response = send([{**later, "fields": {"field_1": "many", "field_2": 5}}, {**later, "fields": {"field_N": 60}}])
    assert response.status_code == 422
    error = json.loads(response.content)["error"]
    assert (error["code"], error["index"], error["field"]) == ("partial_write", 0, "value")
    assert "The series 'docker.field_1{host=raynor}' holds numbers; this is a text." in error["message"]
    assert Point.objects.filter(time__gt=NOON).values_list("series__name", "value").get() == ("docker.field_N", 60)


def test_too_much_is_refused(send: Send) -> None:
    refused(
        send([{**METRIC, "fields": {"a": 1}, "timestamp": second} for second in range(50_001)]), 413, "too_many_points"
    )
