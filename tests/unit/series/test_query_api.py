"""What is stored, for programs."""

import csv
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from series import query_api
from series.models import Series
from series.samples import Sample
from series.storage import percentiles
from series.storage.write import write
from tokens.models import Token

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
RANGE = {"from": "2026-01-31T12:00Z", "to": "2026-01-31T12:03Z", "step": "60"}


@pytest.fixture
def client() -> Client:
    secret = Token.objects.issue("reader", "read:cpu*")[1]
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture(autouse=True)
def _points() -> None:
    for host in "ab":
        write(
            Sample("cpu", {"host": host}, NOON + timedelta(seconds=20 * n), float(n))
            for n in range(9)
            if n not in (3, 4, 5)
        )
    write([Sample("ram", {}, NOON, 1.0)])


def ask(client: Client, series: Any = "cpu{host=a}", **parameters: Any) -> HttpResponse:
    return client.get("/api/query", {"series": series, **RANGE, **parameters})


@pytest.mark.parametrize(
    ("reducer", "values"),
    [
        ("mean", [1.0, 7.0]),
        ("min", [0.0, 6.0]),
        ("max", [2.0, 8.0]),
        ("sum", [3.0, 21.0]),
        ("count", [3, 3]),
        ("last", [2.0, 8.0]),
        ("increase", [2.0, 6.0]),
        ("rate", [0.05, 0.05]),
        ("delta", [2.0, 6.0]),
        ("p50", [1.0, 7.0]),
        ("p90", [1.8, 7.8]),
    ],
)
def test_series_come_in_buckets_and_gaps_are_left_out(client: Client, reducer: str, values: list[float]) -> None:
    response = ask(client, reduce=reducer)
    times = ["2026-01-31T12:00:00Z", "2026-01-31T12:02:00Z"]
    assert json.loads(response.content) == {
        "from": "2026-01-31T12:00:00Z",
        "to": "2026-01-31T12:03:00Z",
        "step": 60,
        "reduce": reducer,
        "series": [
            {"series": "cpu", "tags": {"host": "a"}, "points": [list(pair) for pair in zip(times, values, strict=True)]}
        ],
    }


def test_states_have_their_texts(client: Client) -> None:
    write([Sample("cpu_mode", {}, NOON, "idle"), Sample("cpu_mode", {}, NOON + timedelta(seconds=1), "busy")])
    (series,) = json.loads(ask(client, "cpu_mode", reduce="max").content)["series"]
    assert series["states"] == {"0": "idle", "1": "busy"}
    assert series["points"] == [["2026-01-31T12:00:00Z", 1.0]]


def test_as_csv(client: Client) -> None:
    response = ask(client, "cpu{host=*}", format="csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(response.content.decode().splitlines()))
    assert rows[0] == ["time", "series", "mean"]
    assert rows[1] == ["2026-01-31T12:00:00Z", "cpu{host=a}", "1.0"] and len(rows) == 5


def test_a_spreadsheet_runs_no_name_of_a_series() -> None:
    write([Sample("\uff1d1+1", {}, NOON, 2.0)])
    client = Client(headers={"Authorization": f"Bearer {Token.objects.issue('all', 'read:*')[1]}"})
    rows = list(csv.reader(ask(client, "\uff1d1+1", format="csv").content.decode().splitlines()))
    assert rows[1][1] == "'\uff1d1+1"


def test_several_selectors_are_all_that_they_mean_each_once(client: Client) -> None:
    answer = json.loads(ask(client, ["cpu{host=b}", "cpu*", "disk"]).content)
    assert [one["tags"]["host"] for one in answer["series"]] == ["b", "a"]


def test_a_token_reads_what_its_scopes_say(client: Client) -> None:
    assert json.loads(ask(client, "ram").content)["series"] == [], "and nobody is told that there is one"
    assert Client().get("/api/query", {"series": "cpu"}).status_code == 401


@pytest.mark.parametrize(("days", "step"), [(0.001, 1), (0.1, 29), (0.2, 58), (0.3, 120), (7, 2040), (30, 10800)])
def test_without_a_step_it_is_one_that_summaries_have(client: Client, days: float, step: float) -> None:
    end = NOON + timedelta(days=days)
    answer = json.loads(client.get("/api/query", {"series": "cpu", "from": NOON, "to": end}).content)
    assert answer["step"] == step


def test_how_many_more_there_are_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_api, "MAX_SERIES", 1)
    assert json.loads(ask(client, "cpu").content)["more"] == 1
    assert ask(client, "cpu", format="csv")["X-More-Series"] == "1"


def test_without_a_range_it_is_the_last_day(client: Client) -> None:
    answer = json.loads(client.get("/api/query", {"series": "cpu"}).content)
    begin, end = (datetime.fromisoformat(answer[name]) for name in ("from", "to"))
    assert end - begin == timedelta(days=1) and answer["step"] == 300
    assert abs(end - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("parameters", "field", "words"),
    [
        ({"series": "cpu{"}, "series", "The name of a tag must be here. (column 5)"),
        ({"series": []}, "series", "Say which series are meant"),
        ({"series": ["cpu"] * 21}, "series", "20 times at most"),
        ({"from": "yesterday"}, "from", "from must be a time from 1970 on with a zone, such as 2026-11-25T03:12Z."),
        ({"to": "2026-01-31T12:03"}, "to", "with a zone"),
        ({"to": "2026-01-31T12:00Z"}, "to", "to must be later than from."),
        ({"step": "0"}, "step", "step must be a number of seconds."),
        ({"step": "nan"}, "step", "step must be a number of seconds."),
        ({"step": "1e300"}, "step", "step must be a number of seconds."),
        ({"step": "0.01"}, "step", "more than 5000 steps"),
        ({"step": "90"}, "step", "A step of more than a minute must be whole minutes"),
        ({"reduce": "median"}, "reduce", "reduce must be one of mean, min, max, sum, count, last,"),
        ({"query": "{"}, "query", "This is no JSON: "),
        ({"query": "[]"}, "query", "A query must be an object in JSON."),
        ({"query": '{"selector": "cpu{"}'}, "query.selector", "The name of a tag must be here. (column 5)"),
        ({"format": "xml"}, "format", "format must be one of json, csv."),
        (
            {"window": "1h"},
            "window",
            "There is no parameter 'window'; there are format, from, query, reduce, series, step, to.",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_words(client: Client, parameters: dict[str, Any], field: str, words: str) -> None:
    response = client.get("/api/query", {"series": "cpu", **RANGE, **parameters})
    error = json.loads(response.content)["error"]
    assert (response.status_code, error["code"], error["field"]) == (400, "invalid_parameter", field)
    assert words in error["message"]


def test_a_percentile_of_too_many_points_is_refused_in_words(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(percentiles, "MAX_POINTS", 5)
    response = ask(client, reduce="p95")
    error = json.loads(response.content)["error"]
    assert (response.status_code, error["code"], error["field"]) == (400, "invalid_parameter", "reduce")
    assert "p95 would have to read 6 points, and may read 5" in error["message"]


def test_what_is_made_of_too_many_values_is_refused_in_words(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_api, "MAX_VALUES", 15)
    query = {"selector": "cpu", "combine": "sum", "divided_by": {"selector": "cpu", "combine": "sum"}}
    assert client.get("/api/query", {"query": json.dumps(query), **RANGE}).status_code == 200
    response = client.get("/api/query", {"query": [json.dumps(query), json.dumps(query | {"factor": 2})], **RANGE})
    error = json.loads(response.content)["error"]
    assert (response.status_code, error["code"], error["field"]) == (400, "invalid_parameter", "query")
    assert "This would be made of 18 values" in error["message"] and "15 at most" in error["message"]


def test_few_rows_are_read_whatever_the_range(client: Client, django_assert_max_num_queries) -> None:
    Series.objects.bulk_create(Series(name="cpu", tags={"n": str(n)}, identity=f"cpu{{n={n}}}") for n in range(50))
    with django_assert_max_num_queries(12):
        answer = json.loads(ask(client, "cpu", **{"from": "2000-01-01T00:00Z", "step": "864000"}).content)
    assert len(answer["series"]) == 52


def test_a_query_is_answered_as_panels_show_it(client: Client) -> None:
    by_host = {"selector": "cpu", "function": "sum", "combine": "sum", "by": ["host"]}
    query = {**by_host, "divided_by": {"selector": "cpu", "function": "sum", "combine": "sum"}, "factor": 100}
    answer = json.loads(client.get("/api/query", {"query": json.dumps(query), **RANGE}).content)
    assert [(one["series"], one["tags"]) for one in answer["series"]] == [
        ("cpu", {"host": "a"}),
        ("cpu", {"host": "b"}),
    ]
    assert [value for one in answer["series"] for _time, value in one["points"]] == [50.0] * 4


def test_a_query_is_of_what_the_token_may_read(client: Client) -> None:
    query = {"selector": "cpu", "combine": "sum", "divided_by": {"selector": "ram"}}
    assert json.loads(client.get("/api/query", {"query": json.dumps(query), **RANGE}).content)["series"] == []


def test_a_token_that_may_read_nothing_is_told_so() -> None:
    secret = Token.objects.issue("writer", "write:*")[1]
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    response = ask(client)
    assert response.status_code == 403
    message = json.loads(response.content)["error"]["message"]
    assert message == "This token may read nothing, as with read:*; its scopes are: write:*."


def test_sums_of_different_series_are_all_there(client: Client) -> None:
    queries = [json.dumps({"selector": f"cpu{{host={host}}}", "function": "count", "combine": "sum"}) for host in "aba"]
    write([Sample("cpu", {"host": "b"}, NOON, 0.0), Sample("cpu", {"host": "b"}, NOON + timedelta(seconds=1), 0.0)])
    answer = json.loads(client.get("/api/query", {"query": queries, **RANGE}).content)
    assert [one["points"][0][1] for one in answer["series"]] == [3, 4]


def test_what_is_made_of_states_has_no_texts(client: Client) -> None:
    write([Sample("cpu_mode", {}, NOON, "idle"), Sample("cpu_mode", {"host": "a"}, NOON, "idle")])
    query = json.dumps({"selector": "cpu_mode", "combine": "sum"})
    answer = json.loads(client.get("/api/query", {"series": "cpu_mode", "query": query, **RANGE}).content)
    assert ["states" in one for one in answer["series"]] == [True, True, False]
