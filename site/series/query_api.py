"""``GET /api/query``: what is stored, for programs. As JSON, or with ``format=csv`` for a spreadsheet.

    curl -G http://127.0.0.1:8000/api/query -H "Authorization: Bearer $TOKEN" \\
        -d 'series=latency{host=*}' -d from=2026-11-25T00:00Z -d to=2026-11-26T00:00Z -d step=3600 -d reduce=max

It answers what boards show: from the same tables, by the same query.
"""

import csv
import io
from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone

from live import api
from live.api import Refused
from series.fields import MICROSECOND, from_microseconds, to_microseconds
from series.models import Series
from series.samples import MAX_TIME, MIN_TIME
from series.selectors import Selector, SelectorError, parse
from series.storage.query import Bucket, buckets
from tokens.authentication import authenticate, secret_of
from tokens.scopes import permits

# In one response. Of series that a selector means beyond these, it says how many they are.
MAX_SERIES = 100
MAX_SELECTORS = 20
# Of a series; and what it has where nobody says a step.
MAX_BUCKETS, USUAL_BUCKETS = 5000, 300
USUAL_RANGE = timedelta(days=1)
REDUCERS = ("mean", "min", "max", "sum", "count")
FORMATS = ("json", "csv")


class Question(NamedTuple):
    """What is asked for, checked."""

    selectors: list[Selector]
    start: datetime
    end: datetime
    step_seconds: float
    reducer: str
    format: str


def query(request: HttpRequest) -> HttpResponse:
    """The values of each series that a selector means, in buckets of time. Raises ``Refused``."""
    token = authenticate(secret_of(request))
    question = read(request)
    series, more = _series(question.selectors, token.scopes)
    values = buckets(
        [one.pk for one in series], start=question.start, end=question.end, step_seconds=question.step_seconds
    )
    rows = [(one, list(_points(question, values[one.pk]))) for one in series]
    return (_csv if question.format == "csv" else _json)(question, rows, more)


def read(request: HttpRequest) -> Question:
    """What an address asks for. Raises ``Refused`` with 400 for what cannot be."""
    parameters, now = request.GET, timezone.now()
    known = {"series", "from", "to", "step", "reduce", "format"}
    if unknown := sorted(parameters.keys() - known):
        name = unknown[0][:50]
        raise _wrong(name, f"There is no parameter {name!r}; there are {', '.join(sorted(known))}.")
    texts = parameters.getlist("series")
    if not 1 <= len(texts) <= MAX_SELECTORS:
        raise _wrong("series", f"Say which series are meant: series=cpu{{host=*}}, {MAX_SELECTORS} times at most.")
    try:
        selectors = [parse(text) for text in texts]
    except SelectorError as error:
        raise _wrong("series", str(error)) from error
    end = _time("to", parameters["to"]) if "to" in parameters else now
    start = _time("from", parameters["from"]) if "from" in parameters else end - USUAL_RANGE
    if not start < end:
        raise _wrong("to", "to must be later than from.")
    return Question(
        selectors,
        start,
        end,
        _step(parameters.get("step"), (end - start).total_seconds()),
        _one_of("reduce", parameters.get("reduce", REDUCERS[0]), REDUCERS),
        _one_of("format", parameters.get("format", FORMATS[0]), FORMATS),
    )


def _series(selectors: Iterable[Selector], scopes: list[str]) -> tuple[list[Series], int]:
    """Those that are meant and may be read, as many as one response has; and how many more there are."""
    chosen: dict[int, Series] = {}
    for selector in selectors:
        condition = {"name__startswith" if selector.is_prefix else "name": selector.name}
        for one in Series.objects.filter(**condition).order_by("identity").iterator():
            if selector.matches(one.name, one.tags) and permits(scopes, f"read:{one.name}"):
                chosen[one.pk] = one
    series = list(chosen.values())
    return series[:MAX_SERIES], max(0, len(series) - MAX_SERIES)


def _points(question: Question, line: Iterable[Bucket | None]) -> Iterable[tuple[datetime, float]]:
    """The time at which each bucket begins that has a point, and what its points come to."""
    step = round(question.step_seconds * 1_000_000)
    first = to_microseconds(question.start) // step * step
    for index, bucket in enumerate(line):
        if bucket is not None:
            yield from_microseconds(first + index * step), getattr(bucket, question.reducer)


def _json(question: Question, rows: list[tuple[Series, list[tuple[datetime, float]]]], more: int) -> HttpResponse:
    answer: dict[str, Any] = {
        "from": _text(question.start),
        "to": _text(question.end),
        "step": question.step_seconds,
        "reduce": question.reducer,
        "series": [
            {"series": one.name, "tags": one.tags, "points": [[_text(time), value] for time, value in points]}
            for one, points in rows
        ],
    }
    return JsonResponse(answer | ({"more": more} if more else {}))


def _csv(question: Question, rows: list[tuple[Series, list[tuple[datetime, float]]]], more: int) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["time", "series", question.reducer])
    writer.writerows([_text(time), one.identity, value] for one, points in rows for time, value in points)
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
        return max(1.0, ceil(length / USUAL_BUCKETS))
    try:
        step = float(text)
    except ValueError:
        step = 0.0
    if not MICROSECOND.total_seconds() <= step <= length * MAX_BUCKETS:
        raise _wrong("step", "step must be a number of seconds.")
    if length / step > MAX_BUCKETS:
        raise _wrong("step", f"These are more than {MAX_BUCKETS} steps; make them longer.")
    return step


def _one_of(field: str, text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise _wrong(field, f"{field} must be one of {', '.join(choices)}.")
    return text


def _wrong(field: str, message: str) -> Refused:
    return Refused(400, "invalid_parameter", message, field=field)


urlpatterns = [path("api/query", api.endpoint(query, methods=["GET", "HEAD"]))]
