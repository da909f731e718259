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
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from live.api import Refused
from series.ingest import exposition
from series.ingest.endpoint import Arrived, Parsed, PointsEndpoint
from series.ingest.exposition import Metric
from series.models import PushedFamily
from series.samples import Sample, SampleError
from series.storage.write import Written

METHODS = ("DELETE", "OPTIONS", "POST", "PUT")
LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
BASE64 = "@base64"
PUSH_TIME = "push_time_seconds"
INCONSISTENT = "pushed metrics are invalid or inconsistent with existing metrics"


def parse(arrived: Arrived) -> Parsed:
    """A push. Raises ``Refused`` with 400 in Pushgateway's words."""
    method = arrived.request.method or ""
    group = group_of(_raw(arrived.request))
    if method == "DELETE":
        return Parsed([], accepted(202), lambda: _replace(group, {}, all_families=True))
    metrics = _metrics(arrived.body)
    # A quantile of nothing is NaN, and nothing that a chart could show.
    pushed = [metric for metric in metrics if math.isfinite(metric.value) and metric.name != PUSH_TIME]
    samples = [_sample(metric.name, metric.labels, group, metric.value, arrived) for metric in pushed]
    samples.append(_sample(PUSH_TIME, {}, group, arrived.time.timestamp(), arrived))
    types = {metric.family: metric.type for metric in metrics}
    return Parsed(samples, accepted(200), lambda: _replace(group, types, all_families=method == "PUT"))


def group_of(raw: str) -> dict[str, str]:
    """The labels of a group, from what follows ``/metrics/`` in the address, as it was sent."""
    parts = raw.removesuffix("/").split("/")
    if len(parts) % 2:
        rest = "/" + "/".join(parts[2:])
        raise _wrong(f'odd number of components in label string "{rest}"')
    group: dict[str, str] = {}
    for encoded_name, encoded in zip(parts[::2], parts[1::2], strict=True):
        name, value = unquote(encoded_name), unquote(encoded)
        if name.endswith(BASE64):
            name, value = name.removesuffix(BASE64), _decoded(value, "job name" if name == f"job{BASE64}" else "value")
        if not LABEL.fullmatch(name) or name.startswith("__"):
            raise _wrong(f'improper label name "{name}"')
        if name in group:
            raise _wrong(f'label name "{name}" is there twice' if name != "job" else "job is there twice")
        group[name] = value
    if not group.get("job"):
        raise _wrong("job name is required")
    return group


def accepted(status: int) -> Any:
    """What is answered when a push is committed: nothing."""

    def response(written: Written) -> HttpResponse:
        return HttpResponse(status=status)

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
    return raw.partition("?")[0].partition("/metrics/")[2]


def _metrics(body: bytes) -> list[Metric]:
    try:
        metrics = exposition.parse(body.decode())
    except UnicodeDecodeError as error:
        raise _wrong(f"the body is not UTF-8: {error}") from error
    except exposition.ExpositionError as error:
        raise _wrong(str(error)) from error
    seen = set()
    for metric in metrics:
        if metric.has_time:
            raise _wrong(f"{INCONSISTENT}: pushed metrics must not have timestamps")
        identity = (metric.name, *sorted(metric.labels.items()))
        if identity in seen:
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
    name = ",".join(f"{label}={value}" for label, value in sorted(group.items()))
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
        text = value.rstrip("=")
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
    re_path(r"^metrics/job(?:@base64)?/.+\Z", _endpoint),
    path("-/healthy", alive),
    path("-/ready", alive),
]
