"""Whatever comes to an address of ingest gets an answer in the words of its format, and what is refused writes nothing.

More of it with HYPOTHESIS_PROFILE=many (make test-fuzz).
"""

import asyncio
import gzip
import os
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from series.ingest import formats
from series.ingest.endpoint import PointsEndpoint
from series.models import Latest, Point, PushedFamily, Series
from tests.unit.series.ingest.asking import NOT_OURS, Ingest
from tests.unit.series.ingest.raw_requests import FORMATS, METHODS, Format, bodies, changed, headers
from tokens import authentication
from tokens.models import Token

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "many"
EXAMPLES = settings(
    max_examples=3000 if IS_LONG else 25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
KIBIBYTE = 1 << 10
# Of the bodies below, and how much memory they may take for each byte: that of their 50,000 points is the most of it
# where they are short.
HUGE_BYTES, MEMORY_FACTOR = (2048 * KIBIBYTE, 30) if IS_LONG else (16 * KIBIBYTE, 80)


def stored() -> list[Any]:
    return [list(model.objects.order_by("pk").values_list()) for model in (Series, Point, Latest, PushedFamily)]


def empty() -> None:
    with connection.cursor() as cursor:
        for table in ("point", "minute", "hour", "day", "latest", "pushedfamily", "statetext", "series"):
            cursor.execute(f"DELETE FROM series_{table}")


@pytest.fixture
def ingest(settings: Any) -> Iterator[Ingest]:
    settings.INGEST_RATE = 10**9
    authentication.known.clear()
    issued = {"wide": ["write:*"], "narrow": ["write:backup*"]}
    secrets = {name: Token.objects.issue(name, *scopes)[1] for name, scopes in issued.items()}
    with asyncio.Runner() as runner:
        yield Ingest(runner, secrets)


def test_every_address_is_here() -> None:
    routes = {str(pattern.pattern) for pattern in formats.urlpatterns() if isinstance(pattern.callback, PointsEndpoint)}
    assert routes == {format.route for format in FORMATS}


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.target.partition("?")[0])
class TestAnswers:
    """To one format."""

    def test_what_is_right_is_taken(self, ingest: Ingest, format: Format) -> None:
        for body in format.bodies:
            answer = ingest.ask(format.method, format.target.encode(), body, [])
            assert answer.status < 300 or format.partial in answer.body, answer
            assert Point.objects.exists()

    @EXAMPLES
    @given(data=st.data())
    def test_whatever_comes(self, ingest: Ingest, format: Format, data: st.DataObject) -> None:
        empty()
        body, is_gzip = data.draw(bodies(format.bodies))
        extra = [(b"content-encoding", b"gzip")] if is_gzip else []
        method = data.draw(st.sampled_from([format.method] * 8 + METHODS))
        target = data.draw(st.just(format.target.encode()) | changed(format.target.encode()))
        answer = ingest.ask(method, target, body, extra + data.draw(headers()), data.draw(st.integers(1, 3)))
        assert answer.status < 500, answer
        if answer.status >= 300 and answer.status != NOT_OURS:
            if method != "HEAD":
                format.check(answer)
            if format.partial not in answer.body:
                assert stored() == [[], [], [], []]


# What there is most of in a body, so that it costs most.
HUGE = {
    "/write?db=a": [
        b"\n",
        b"a\n",
        b"a b=1\n",
        b"a b=1 -5\n",
        b'"',
        b",",
        b"\\\n",
        b'a b="\n',
        b"#\n",
        b" ",
        b"0",
        b'a b="x",',
        b"\xff",
    ],
    "/metrics/job/a": [b"\n", b"x 1\n", b"#\n", b"# TYPE x\n", b'x{a="b"} 1\n', b'x{a="', b"\\", b"0", b" "],
    "/api/points": [b"[", b"[],", b"{},", b"1\n", b"\n", b'{"series":"a","value":1}\n', b'"', b"\\", b"0", b" "],
    "/api/telegraf": [b"[", b"[],", b'"', b"0", b" ", b"1,"],
}
PREFIXES = {"/write?db=a": [b"", b"a b=1,", b'a b="', b"a,"], "/metrics/job/a": [b"", b"x{"]}
PREFIXES |= {"/api/points": [b"", b"["], "/api/telegraf": [b"", b"["]}


@pytest.mark.parametrize("address", HUGE)
def test_a_body_takes_memory_in_proportion_to_its_length(ingest: Ingest, address: str) -> None:
    for prefix in PREFIXES[address]:
        for piece in HUGE[address]:
            body = gzip.compress(prefix + piece * (HUGE_BYTES // len(piece)), mtime=0)
            tracemalloc.start()
            answer = ingest.ask("POST", address.encode(), body, [(b"content-encoding", b"gzip")])
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert answer.status < 500, (prefix, piece, answer)
            assert peak < MEMORY_FACTOR * HUGE_BYTES + 1024 * KIBIBYTE, (prefix, piece, peak / HUGE_BYTES)
    empty()


def test_a_query_that_is_no_text_is_djangos_to_refuse(ingest: Ingest) -> None:
    assert ingest.ask("POST", b"/write?db=\x80", b"cpu value=1", []).status == NOT_OURS
