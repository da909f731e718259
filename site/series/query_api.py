"""``GET /api/query``: what is stored, for programs. As JSON, or with ``format=csv`` for a spreadsheet.

    curl -G http://127.0.0.1:8000/api/query -H "Authorization: Bearer $TOKEN" \\
        -d 'series=latency{host=*}' -d from=2026-11-25T00:00Z -d to=2026-11-26T00:00Z -d step=3600 -d reduce=max

Or with ``query``, in JSON, what is made of series: see ``series.queries``. It answers what boards show: from the same
tables, by the same queries. Of a series that holds states, the values are codes, and ``states`` has the text of each.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from math import ceil
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone

from live import api
from live.api import Refused
from live.charts.output.table import csv_words
from series.evaluation import Answer, Chosen, evaluate
from series.fields import MICROSECOND, from_microseconds, to_microseconds
from series.pauses import Numbers
from series.permissions import may_read
from series.queries import Query, QueryError, read
from series.samples import MAX_TIME, MIN_TIME
from series.selection import chosen
from series.storage.grid import Buckets
from series.storage.percentiles import TooManyPoints
from series.storage.reducers import Reducer, reduced
from series.storage.states import texts_of
from tokens.authentication import authenticate, secret_of
from tokens.scopes import permits

# In one response. Of series that a selector means beyond these, it says how many they are.
MAX_SERIES = 100
MAX_QUERIES = 20
# Of a series; and what it has where nobody says a step.
MAX_BUCKETS, USUAL_BUCKETS = 5000, 300
# Of which a response is made, one for each series and step: all of them are in memory at once, some 250 bytes each.
MAX_VALUES = 1_000_000
USUAL_RANGE = timedelta(days=1)
# Of longer steps there are summaries, and all points would be read of what is between two of these.
MINUTE_SECONDS = 60
FORMATS = ("json", "csv")


# What each answer comes to at which times.
Rows = list[tuple[Answer, list[tuple[datetime, float]]]]


class Question(NamedTuple):
    """What is asked for, checked."""

    queries: list[Query]
    start: datetime
    end: datetime
    step_seconds: float
    reducer: str
    format: str


def query(request: HttpRequest) -> HttpResponse:
    """The values of each series that a selector means, in buckets of time. Raises ``Refused``."""
    token = authenticate(secret_of(request))
    if not any(scope.startswith("read:") for scope in token.scopes):
        scopes = ", ".join(token.scopes)
        raise Refused(403, "forbidden", f"This token may read nothing, as with read:*; its scopes are: {scopes}.")
    if token.user is not None and not may_read(token.user):
        raise Refused(403, "forbidden", f"{token.user} may not read series by their names.")
    question = question_of(request)
    try:
        answers, more = _answers(question, token.scopes)
    except QueryError as error:
        raise _wrong("query", str(error)) from error
    except TooManyPoints as error:
        raise _wrong("reduce", str(error)) from error
    rows = [(one, list(_points(question, one.values))) for one in answers]
    return (_csv if question.format == "csv" else _json)(question, rows, more)


def question_of(request: HttpRequest) -> Question:
    """What an address asks for. Raises ``Refused`` with 400 for what cannot be."""
    parameters, now = request.GET, timezone.now()
    known = {"series", "query", "from", "to", "step", "reduce", "format"}
    if unknown := sorted(parameters.keys() - known):
        name = unknown[0][:50]
        raise _wrong(name, f"There is no parameter {name!r}; there are {', '.join(sorted(known))}.")
    reducer = _one_of("reduce", parameters.get("reduce", Reducer.MEAN), tuple(Reducer))
    queries = [_query("series", {"selector": text, "function": reducer}) for text in parameters.getlist("series")]
    queries += [_query("query", _object(text)) for text in parameters.getlist("query")]
    if not 1 <= len(queries) <= MAX_QUERIES:
        raise _wrong("series", f"Say which series are meant: series=cpu{{host=*}}, {MAX_QUERIES} times at most.")
    end = _time("to", parameters["to"]) if "to" in parameters else now
    start = _time("from", parameters["from"]) if "from" in parameters else end - USUAL_RANGE
    if not start < end:
        raise _wrong("to", "to must be later than from.")
    return Question(
        queries,
        start,
        end,
        _step(parameters.get("step"), (end - start).total_seconds()),
        reducer,
        _one_of("format", parameters.get("format", FORMATS[0]), FORMATS),
    )


def _query(field: str, data: object) -> Query:
    try:
        return read(data)
    except QueryError as error:
        inner = f".{error.field}" if error.field and field == "query" else ""
        raise _wrong(f"{field}{inner}", str(error)) from error


def _object(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _wrong("query", f"This is no JSON: {error}.") from error


def _answers(question: Question, scopes: list[str]) -> tuple[list[Answer], int]:
    """What comes of all queries, as many lines as one response has, and how many more there are. Of series that the
    token may not read nothing comes. Raises ``QueryError`` and ``TooManyPoints``."""

    @cache
    def choose(selector: str) -> list[Chosen]:
        return [one for one in chosen(selector) if permits(scopes, f"read:{one.name}")]

    within = Buckets(start=question.start, end=question.end, step_seconds=question.step_seconds)

    steps, values = ceil((question.end - question.start).total_seconds() / question.step_seconds), 0

    def read_values(function: Reducer | None, ids: Sequence[int]) -> Mapping[int, Numbers]:
        nonlocal values
        values += steps * len(ids)
        if values > MAX_VALUES:
            words = f"This would be made of {values:,} values, one for each series and step, and {MAX_VALUES:,} at most"
            raise QueryError("query", f"{words} can be read: choose longer steps, or fewer series.")
        return reduced(ids, function or Reducer.MEAN, **within)

    # A series that two selectors mean comes once.
    answers: dict[tuple[Query, tuple[int, ...]], Answer] = {}
    more = 0
    for query in question.queries:
        some, left = evaluate(query, choose, read_values, most=MAX_SERIES - len(answers))
        alike = replace(query, selector="")
        for one in some:
            answers.setdefault((alike, tuple(series.pk for series in one.series)), one)
        more += left
    return list(answers.values()), more


def _points(question: Question, values: Numbers) -> Iterable[tuple[datetime, float]]:
    """The time at which each bucket begins that has a value, and that."""
    step = round(question.step_seconds * 1_000_000)
    first = to_microseconds(question.start) // step * step
    for index, value in enumerate(values):
        if value is not None:
            yield from_microseconds(first + index * step), value


def _json(question: Question, rows: Rows, more: int) -> HttpResponse:
    alone = [one.series[0] if len(one.series) == 1 else None for one, _points in rows]
    texts = texts_of({one.pk for one in alone if one and one.holds_states})
    answer: dict[str, Any] = {
        "from": _text(question.start),
        "to": _text(question.end),
        "step": question.step_seconds,
        "reduce": question.reducer,
        "series": [
            {"series": one.name, "tags": one.tags}
            | ({"states": texts[series.pk]} if series and series.pk in texts else {})
            | {"points": [[_text(time), value] for time, value in points]}
            for (one, points), series in zip(rows, alone, strict=True)
        ],
    }
    return JsonResponse(answer | ({"more": more} if more else {}))


def _csv(question: Question, rows: Rows, more: int) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["time", "series", question.reducer])
    writer.writerows([_text(time), csv_words(one.identity), value] for one, points in rows for time, value in points)
    headers = {"X-More-Series": str(more)} if more else {}
    return HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _text(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")


def _time(field: str, text: str) -> datetime:
    # In an address + may stand for a space.
    try:
        time = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        time = None
    if time is None or time.tzinfo is None or not MIN_TIME <= time <= MAX_TIME:
        raise _wrong(field, f"{field} must be a time from 1970 on with a zone, such as 2026-11-25T03:12Z.")
    return time


def _step(text: str | None, length: float) -> float:
    if text is None:
        step = max(1.0, ceil(length / USUAL_BUCKETS))
        # Whole hours or minutes, of which there are summaries: of a week all points would be read else.
        size = next((size for size in (3600, MINUTE_SECONDS) if step > size), 1)
        return float(ceil(step / size) * size)
    try:
        step = float(text)
    except ValueError:
        step = 0.0
    if not MICROSECOND.total_seconds() <= step <= length * MAX_BUCKETS:
        raise _wrong("step", "step must be a number of seconds.")
    if length / step > MAX_BUCKETS:
        raise _wrong("step", f"These are more than {MAX_BUCKETS} steps; make them longer.")
    if step > MINUTE_SECONDS and step % MINUTE_SECONDS:
        raise _wrong("step", "A step of more than a minute must be whole minutes: 90 s are 60 or 120.")
    return step


def _one_of(field: str, text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise _wrong(field, f"{field} must be one of {', '.join(choices)}.")
    return text


def _wrong(field: str, message: str) -> Refused:
    return Refused(400, "invalid_parameter", message, field=field)


urlpatterns = [path("api/query", api.endpoint(query, methods=["GET", "HEAD"]))]
