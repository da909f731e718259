"""What somebody may mean who types a few letters."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boards.editing.form.series_picker import MAX_MATCHES, MAX_READ, Match, hint, search
from boards.models import PanelSeries
from series.models import Series
from series.samples import Sample
from series.storage.write import write
from tests.unit.boards.conftest import HOSTILE, THEN

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = THEN + timedelta(minutes=2)


@pytest.fixture
def some() -> None:
    write(Sample("latency", {"q": q}, THEN, value) for q, value in (("p50", 139.0), ("p95", 393.0), ("p99", 468.0)))
    write([Sample("cpu", {"host": "latte"}, THEN, 12.0), Sample("door", {}, THEN, "open")])
    Series.objects.create(name="quiet", tags={})


def shown(text: str) -> list[tuple[str, str]]:
    return [(match.selector, match.newest) for match in search(text, NOW)]


@pytest.mark.usefixtures("some")
def test_names_and_tags_are_searched_and_what_begins_so_comes_first() -> None:
    assert shown("lat") == [
        ("latency{q=*}", "3 match"),
        ("latency{q=p50}", "139 · 2 min ago"),
        ("latency{q=p95}", "393 · 2 min ago"),
        ("latency{q=p99}", "468 · 2 min ago"),
        ("cpu{host=latte}", "12 · 2 min ago"),
    ]
    assert shown("p95 LATENCY") == [("latency{q=p95}", "393 · 2 min ago")]
    assert shown("door") == [("door", "open · 2 min ago")]
    assert shown("quiet") == [("quiet", "no data yet")]
    assert len(shown("")) == 1 + 6, "all, as far as there is room"


@pytest.mark.usefixtures("some")
def test_a_selector_says_how_many_it_means() -> None:
    assert shown("latency{q=*}")[0] == ("latency{q=*}", "3 match")
    assert shown('latency{q=~"p9."}')[:2] == [('latency{q=~"p9."}', "2 match"), ("latency{q=p95}", "393 · 2 min ago")]
    assert shown("lat*")[0] == ("lat*", "3 match")
    assert shown("later.*") == [("later.*", "0 match")]
    assert shown("latency{q=$q}")[0] == ("latency{q=$q}", "3 match"), "any that can be chosen for a variable"


@pytest.mark.parametrize(
    "text", ["\0", "a\0b", "{", "}", "{host", '"', "\\", "%_", "=", HOSTILE, "ä" * 5000, " " * 300, "é\ud7ff"]
)
@pytest.mark.usefixtures("some")
def test_odd_text_is_only_a_text(text: str) -> None:
    assert len(search(text, NOW)) <= MAX_MATCHES + 4


def test_a_name_that_reads_as_a_selector_is_quoted() -> None:
    Series.objects.create(name="odd", tags={"host": "*"})
    (match,) = search("odd", NOW)
    assert match.selector == '"odd"{"host"="*"}'


def test_several_of_a_name_that_must_be_quoted_are_a_selector_too() -> None:
    for room in ("a", "b"):
        Series.objects.create(name="odd {name", tags={"a room": room}, identity=f"odd {{name{{a room={room}}}")
    assert search("odd", NOW)[0] == Match('"odd {name"{"a room"=*}', "2 match", is_many=True)


def test_of_many_few_are_shown() -> None:
    Series.objects.bulk_create(Series(name="cpu", tags={}, identity=f"cpu{{host={n}}}") for n in range(30))
    assert len(search("cpu", NOW)) <= MAX_MATCHES + 1


def test_of_a_selector_of_all_there_are_some_are_read() -> None:
    Series.objects.bulk_create(
        Series(name="app", tags={"n": str(n)}, identity=f"app{{n={n:05}}}") for n in range(MAX_READ + 2)
    )
    with CaptureQueriesContext(connection) as queries:
        first = search("a*", NOW)[0]
        assert hint(PanelSeries(query={"selector": "a*"}), NOW)[0] == first.newest
        assert search("app", NOW)[0] == Match("app{n=*}", first.newest, is_many=True)
    assert first == Match("a*", f"at least {MAX_READ} match", is_many=True)
    of_series = [query["sql"] for query in queries if 'FROM "series_series"' in query["sql"]]
    assert of_series and all("LIMIT" in sql or "IN (" in sql for sql in of_series)


@pytest.mark.usefixtures("some")
def test_a_line_says_what_it_means_now(make_panel: Callable[..., object]) -> None:
    one = Series.objects.get(identity="latency{q=p50}")
    assert hint(PanelSeries(series=one), NOW) == ("", "139 · 2 min ago")
    many = PanelSeries(query={"selector": "latency{q=*}"})
    assert hint(many, NOW) == ("3 match", "p50 139 · p95 393 · p99 468 · new ones appear by themselves")
    summed = PanelSeries(query={"selector": "latency{q=*}", "combine": "sum"})
    assert hint(summed, NOW) == ("3 match", "new ones appear by themselves")
    assert hint(PanelSeries(query={"selector": "{"}), NOW) == ("", "")
    assert hint(PanelSeries(), NOW) == ("", "")
