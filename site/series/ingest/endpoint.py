"""What all formats have in common: the way from a request to committed points.

An endpoint is a Django view, and is also served by ``door`` in front of Django, where nothing of it waits in a thread.
Both go the same way, and differ in how they wait: for a token to be found, for the body, for the commit.
"""

import math
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, Protocol, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import Counter

from live import api
from live.api import Refused
from series.ingest.bodies import Body
from series.models import TooManySeries
from series.samples import Sample
from series.storage.states import Conflict, Key, TypeConflict
from series.storage.write import Batch, Written, write_together
from tokens.authentication import authenticate, secret_of
from tokens.models import Token
from tokens.scopes import permits

Answer = TypeVar("Answer")

# That a view reads at once.
PART_BYTES = 1 << 16
REQUESTS = Counter("series_requests", "Ingest requests, by HTTP status of the response.", ["status"])


class Arrived(NamedTuple):
    """A request: with its whole body, decompressed; when it came; and with whose token. ``path`` has what the address
    names, decoded, as Django's paths do."""

    request: HttpRequest
    body: bytes
    time: datetime
    token: Token
    path: Mapping[str, str]


class Parsed(NamedTuple):
    """The samples of a request, which are written all or not at all, and the response once they are. A format that
    takes a part of a request leaves out the rest, and says so in the response.
    """

    samples: list[Sample]
    response: Callable[[Written], HttpResponse]
    # What is done in the same transaction; it may raise ``Refused``.
    also: Callable[[], None] | None = None
    # What is taken of it without the values that series cannot hold, where the format takes a part of a request.
    without: "Callable[[Mapping[Key, Conflict]], Parsed] | None" = None


class Waits(Protocol):
    """How a request waits for what takes time."""

    async def token(self, secret: str) -> Token:
        """Whose it is. Raises ``Refused``."""

    async def body(self, request: HttpRequest, body: Body) -> bytes:
        """Feed the body, and return the whole of it. Raises ``Refused``."""

    async def parsed(self, parse: Callable[[], Parsed], size: int) -> Parsed:
        """A body of so many bytes, parsed. Raises ``Refused``."""

    async def written(self, batch: Batch) -> Written:
        """Once it is committed."""


class PointsEndpoint:
    """Takes points.

    ``parse``: what a request says; it raises ``Refused``. ``refused``: the response, in the words of the format, when
    nothing was written. ``secret``: that of its token, empty for none; it takes what the address names, too.
    ``secret_in``: the same of a body, for a format that may have it there: one of 64 KiB at most, because it is read
    before anybody knows whose it is.
    """

    def __init__(
        self,
        parse: Callable[[Arrived], Parsed],
        *,
        refused: Callable[[Refused], HttpResponse] = api.to_json,
        methods: Collection[str] = ("POST",),
        secret: Callable[..., str] = lambda request, **path: secret_of(request),
        secret_in: Callable[[bytes], str] | None = None,
    ) -> None:
        self._parse, self._secret, self._secret_in, self._methods = parse, secret, secret_in, methods
        self._errors = api.Errors(refused)
        # For Django's middleware: a request shows who sends it by what no browser adds by itself.
        self.csrf_exempt = True

    def __call__(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """As a view: it waits in its thread."""
        return _result(self.respond(request, InThread(), kwargs))

    async def respond(self, request: HttpRequest, waits: Waits, path: Mapping[str, str]) -> HttpResponse:
        """The response to a request, whatever happens."""
        try:
            api.check_method(request, self._methods)
            response = await self._handle(request, waits, path)
        except Exception as error:
            response = self._errors.response(request, error)
        REQUESTS.labels(status=response.status_code).inc()
        return response

    async def _handle(self, request: HttpRequest, waits: Waits, path: Mapping[str, str]) -> HttpResponse:
        time = timezone.now()
        secret = self._secret(request, **path)
        token = None if not secret and self._secret_in else await waits.token(secret)
        headers = request.headers
        encoding, length = headers.get("Content-Encoding", ""), headers.get("Content-Length", "")
        content = await waits.body(request, Body(encoding=encoding, length=length, is_unknown=token is None))
        if token is None:
            assert self._secret_in is not None
            token = await waits.token(self._secret_in(content))
        arrived = Arrived(request, content, time, token, path)
        parsed = await waits.parsed(lambda: self._parse(arrived), len(content))
        check_scopes(token.scopes, parsed.samples)
        while True:
            try:
                return await self._written(parsed, token, waits)
            except TypeConflict as error:
                if parsed.without is None:
                    index = next(iter(error.conflicts.values())).index
                    raise Refused(422, "type_conflict", str(error), index=index, field="value") from error
                parsed = await waits.parsed(partial(parsed.without, error.conflicts), len(content))

    async def _written(self, parsed: Parsed, token: Token, waits: Waits) -> HttpResponse:
        samples = parsed.samples
        try:
            return parsed.response(await waits.written(Batch(samples, token, parsed.also)))
        except TooManySeries as error:
            index = next(i for i, sample in enumerate(samples) if sample.identity == error.new)
            # 422 where it never can be written: senders drop what has it, and send again what has 429.
            status = 422 if error.wait is None else 429
            wait = {} if error.wait is None else {"Retry-After": str(math.ceil(error.wait.total_seconds()))}
            raise Refused(status, "too_many_series", str(error), index=index, field="series", headers=wait) from error


class InThread:
    """In a thread that may wait for anything."""

    async def token(self, secret: str) -> Token:
        return authenticate(secret)

    async def body(self, request: HttpRequest, body: Body) -> bytes:
        """Never ``request.body``: Django answers one over 2.5 MB with 400 and HTML, at which senders drop what they
        should split."""
        try:
            while part := request.read(PART_BYTES):
                body.feed(part)
        except OSError as error:  # Django's UnreadablePostError is one
            raise Refused(400, "incomplete_body", f"The body could not be read to its end: {error}.") from error
        return body.finish()

    async def parsed(self, parse: Callable[[], Parsed], size: int) -> Parsed:
        return parse()

    async def written(self, batch: Batch) -> Written:
        (result,) = write_together([batch])
        if isinstance(result, Exception):
            raise result
        return result


def _result(coroutine: Coroutine[Any, Any, Answer]) -> Answer:
    """Of one that never has to wait for an event loop."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        answer: Answer = done.value
        return answer
    raise RuntimeError("A view cannot wait for an event loop.")


def check_scopes(scopes: list[str], samples: Iterable[Sample]) -> None:
    """Raise ``Refused`` with 403 for the first sample of a series that the token may not write."""
    permitted: set[str] = set()
    for index, sample in enumerate(samples):
        if sample.name not in permitted:
            if not permits(scopes, f"write:{sample.name}"):
                message = f"This token may not write the series {sample.name!r}; its scopes are: {', '.join(scopes)}."
                raise Refused(403, "forbidden", message, index=index, field="series")
            permitted.add(sample.name)
