"""What all formats have in common: the way from a request to committed points."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import Counter

from live import api
from live.api import Refused
from series.ingest.bodies import Body
from series.models import TooManySeries
from series.samples import Sample, identity_of
from series.storage.write import write
from tokens.authentication import authenticate
from tokens.scopes import permits

# That are read at once.
PART_BYTES = 1 << 16
REQUESTS = Counter("series_requests", "Ingest requests, by HTTP status of the response.", ["status"])


def points_endpoint(
    parse: Callable[[HttpRequest, bytes, datetime], list[Sample]],
    *,
    accepted: Callable[[int], HttpResponse],
    refused: Callable[[Refused], HttpResponse] = api.to_json,
) -> api.View:
    """A view that takes points by POST, all or nothing.

    ``parse``: the samples of a request with this decompressed body and time of arrival; it raises ``Refused``.
    ``accepted``: the response when so many are committed. ``refused``: the response, in the words of the format, when
    nothing was written.
    """

    def handle(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        arrival = timezone.now()
        token = authenticate(request)
        samples = parse(request, _read_body(request), arrival)
        _check_scopes(token.scopes, samples)
        try:
            return _counted(accepted(write(samples, creator=token)))
        except TooManySeries as error:
            index = next(i for i, sample in enumerate(samples) if identity_of(sample.name, sample.tags) == error.new)
            # 422: senders drop what has it, where they would send again for ever what has 429 or 403.
            raise Refused(422, "too_many_series", str(error), index=index, field="series") from error
        except IntegrityError as error:
            raise OperationalError("A series was deleted between our finding it and the commit.") from error

    return api.endpoint(handle, methods=["POST"], to_response=lambda error: _counted(refused(error)))


def _read_body(request: HttpRequest) -> bytes:
    """Never ``request.body``: Django answers one over 2.5 MB with 400 and HTML, at which senders drop what they should
    split."""
    headers = request.headers
    body = Body(encoding=headers.get("Content-Encoding", ""), length=headers.get("Content-Length", ""))
    try:
        while part := request.read(PART_BYTES):
            body.feed(part)
    except OSError as error:  # Django's UnreadablePostError is one
        raise Refused(400, "incomplete_body", f"The body could not be read to its end: {error}.") from error
    return body.finish()


def _check_scopes(scopes: list[str], samples: Iterable[Sample]) -> None:
    """Raise ``Refused`` with 403 for the first sample of a series that the token may not write."""
    permitted: set[str] = set()
    for index, sample in enumerate(samples):
        if sample.name not in permitted:
            if not permits(scopes, f"write:{sample.name}"):
                message = f"This token may not write the series {sample.name!r}; its scopes are: {', '.join(scopes)}."
                raise Refused(403, "forbidden", message, index=index, field="series")
            permitted.add(sample.name)


def _counted(response: HttpResponse) -> HttpResponse:
    REQUESTS.labels(status=response.status_code).inc()
    return response
