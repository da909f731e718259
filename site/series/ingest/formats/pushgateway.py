"""Prometheus' Pushgateway: ``PUT /metrics/job/<job>/<label>/<value>...`` with the text exposition format.

A group, which is what the address says, has families of metrics. PUT replaces all of them, POST those of the same
names, DELETE takes them away. Each sample is a series with the labels of the body and of the group, at the moment it
arrives.

https://github.com/prometheus/pushgateway#api
"""

import math
import re
from base64 import b64decode
from collections.abc import Mapping
from itertools import islice
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from live.api import Refused
from series.ingest import exposition
from series.ingest.endpoint import Arrived, Parsed, PointsEndpoint
from series.ingest.exposition import Metric
from series.models import PushedFamily
from series.samples import Sample, SampleError, identity_of
from series.storage.write import Written
from tokens.scopes import permits

METHODS = ("DELETE", "OPTIONS", "POST", "PUT")
LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
BASE64 = "@base64"
MAX_POINTS_PER_REQUEST = 50_000
PUSH_TIME = "push_time_seconds"
INCONSISTENT = "pushed metrics are invalid or inconsistent with existing metrics"


def parse(arrived: Arrived) -> Parsed:
    """A push. Raises ``Refused`` with 400 in Pushgateway's words."""
    method = arrived.request.method or ""
    if method == "OPTIONS":
        return Parsed([], accepted(200, Allow=", ".join(METHODS)))
    group = group_of(_raw(arrived.request))
    push = _sample(PUSH_TIME, {}, group, arrived.time.timestamp(), arrived)
    if method == "DELETE":
        if not permits(arrived.token.scopes, f"write:{PUSH_TIME}"):
            raise Refused(403, "forbidden", f"This token may not delete: it may not write the series {PUSH_TIME!r}.")
        return Parsed([], accepted(202), lambda: _replace(group, {}, all_families=True))
    metrics = _metrics(arrived.body, group)
    samples = [push]
    for metric in metrics:
        is_finite = math.isfinite(metric.value)
        sample = _sample(metric.name, metric.labels, group, metric.value if is_finite else 0.0, arrived)
        # A quantile of nothing is NaN, and nothing that a chart could show.
        if is_finite and metric.name != PUSH_TIME:
            samples.append(sample)
    types = {metric.family: metric.type for metric in metrics}
    return Parsed(samples, accepted(200), lambda: _replace(group, types, all_families=method == "PUT"))


def group_of(raw: str) -> dict[str, str]:
    """The labels of a group, from what follows ``/metrics/`` in the address, as it was sent. Of a label that is there
    twice the last one counts, and of the job the first one."""
    parts = raw.split("/")
    if len(parts) == 3 and not parts[2]:
        parts.pop()
    if len(parts) % 2:
        rest = "/" + "/".join(parts[2:])
        raise _wrong(f'odd number of components in label string "{rest}"')
    group: dict[str, str] = {}
    # From behind: the job comes last.
    for encoded_name, encoded in reversed([*zip(parts[::2], parts[1::2], strict=True)]):
        name, value = _unquoted(encoded_name), _unquoted(encoded)
        if name.endswith(BASE64):
            name, value = name.removesuffix(BASE64), _decoded(value, "job name" if name == f"job{BASE64}" else "value")
        if not LABEL.fullmatch(name) or name.startswith("__"):
            raise _wrong(f'improper label name "{name}"')
        if name not in group or name == "job":
            group[name] = value
    if not group.get("job"):
        raise _wrong("job name is required")
    return group


def accepted(status: int, **headers: str) -> Any:
    """What is answered when a push is committed: nothing."""

    def response(written: Written) -> HttpResponse:
        return HttpResponse(status=status, headers=headers)

    return response


def refused(error: Refused) -> HttpResponse:
    """An error as text."""
    headers = {**error.headers, **({"WWW-Authenticate": 'Basic realm="Pushgateway"'} if error.status == 401 else {})}
    return HttpResponse(
        f"{error.message}\n", status=error.status, content_type="text/plain; charset=utf-8", headers=headers
    )


def _raw(request: HttpRequest) -> str:
    """What follows ``/metrics/``, with its escapes: a slash in a value is ``%2F``."""
    scope = getattr(request, "scope", {})
    raw = scope["raw_path"].decode("ascii", "replace") if scope.get("raw_path") else request.META.get("RAW_URI")
    raw = raw or request.META.get("REQUEST_URI") or request.path
    # The site may be below a path that has the same word in it.
    return raw.partition("?")[0].removeprefix(request.META["SCRIPT_NAME"]).partition("/metrics/")[2]


def _unquoted(part: str) -> str:
    try:
        return unquote(part, errors="strict")
    except UnicodeDecodeError as error:
        raise _wrong(f"the address is not UTF-8: {error}") from error


def _metrics(body: bytes, group: Mapping[str, str]) -> list[Metric]:
    try:
        metrics = list(islice(exposition.parse(body.decode()), MAX_POINTS_PER_REQUEST + 1))
    except UnicodeDecodeError as error:
        raise _wrong(f"the body is not UTF-8: {error}") from error
    except exposition.ExpositionError as error:
        raise _wrong(str(error)) from error
    if len(metrics) > MAX_POINTS_PER_REQUEST:
        message = f"there are more than {MAX_POINTS_PER_REQUEST} samples; push at most so many in one request"
        raise Refused(413, "too_many_points", message)
    seen = set()
    for metric in metrics:
        if metric.has_time:
            raise _wrong(f"{INCONSISTENT}: pushed metrics must not have timestamps")
        if any(label.startswith("__") for label in metric.labels):
            raise _wrong(f"{INCONSISTENT}: {metric.name} has a label with an invalid name")
        identity = (metric.name, *sorted({"instance": "", **metric.labels, **group}.items()))
        # Of a family that is one metric of several samples, the last one counts.
        if identity in seen and metric.type not in exposition.SUFFIXES:
            raise _wrong(f"{INCONSISTENT}: {metric.name} was collected before with the same name and label values")
        seen.add(identity)
    return metrics


def _sample(name: str, labels: Mapping[str, str], group: Mapping[str, str], value: float, arrived: Arrived) -> Sample:
    # An empty label is the same as none.
    tags = {label: text for label, text in {**labels, **group}.items() if text}
    try:
        return Sample(name, tags, arrived.time, value, has_own_time=False)
    except SampleError as error:
        raise _wrong(f"{name}: {error}") from error


def _replace(group: Mapping[str, str], types: Mapping[str, str], *, all_families: bool) -> None:
    """What families the group has from now on. Raises ``Refused`` where another group has one of another type."""
    name = identity_of("", group)[1:-1]
    old = PushedFamily.objects.filter(group=name)
    (old if all_families else old.filter(name__in=types)).delete()
    for other in PushedFamily.objects.filter(name__in=types):
        if other.type != types[other.name]:
            raise _wrong(f"{INCONSISTENT}: {other.name} is not a {other.type.upper()}")
    PushedFamily.objects.bulk_create(
        PushedFamily(group=name, name=family, type=type_) for family, type_ in types.items()
    )


def _decoded(value: str, what: str) -> str:
    try:
        text = value.rstrip("=").replace("\r", "").replace("\n", "")
        return b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True).decode()
    except ValueError as error:
        raise _wrong(f"invalid base64 encoding in {what} {value!r}") from error


def _wrong(message: str) -> Refused:
    return Refused(400, "invalid", message)


def alive(request: HttpRequest) -> HttpResponse:
    """Whether anybody is there."""
    return HttpResponse("OK\n", content_type="text/plain; charset=utf-8")


_endpoint = PointsEndpoint(parse, refused=refused, methods=METHODS)
urlpatterns = [
    re_path(r"^metrics/job(?:@base64)?/[\s\S]+\Z", _endpoint),
    path("-/healthy", alive),
    path("-/ready", alive),
]
