"""The data of a chart, as a table and as CSV."""

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.charts import Data, Span, line, timeline
from live.charts.output.table import csv_text, table_html
from tests.unit.live.charts.markup import parsed

EVIL = '"><script>alert(1)</script>'
TEN = datetime(2026, 10, 25, 10, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def cells(html):
    return [["".join(cell.itertext()) for cell in row] for row in parsed(html).iter("tr")]


def test_a_table_has_heads_and_exact_numbers():
    data = Data(("Time", "CPU"), [(TEN, 12.345678), (TEN + timedelta(minutes=1), None)], "%")
    html = table_html(data, caption="CPU · last 2 min")
    assert cells(html)[0] == ["Time (UTC)", "CPU"]
    assert cells(html)[1][1] == "12.3457\u202f%"
    assert cells(html)[2][1] == "\u2013"
    root = parsed(html)
    assert [e.attrib["scope"] for e in root.iter("th")] == ["col", "col", "row", "row"]
    assert [e.text for e in root.iter("caption")] == ["CPU · last 2 min"]
    assert [e.attrib["datetime"] for e in root.iter("time")] == [TEN.isoformat(), "2026-10-25T10:01:00+00:00"]


def test_times_are_in_the_zone_and_the_locale():
    data = Data(("Time", "x"), [(TEN, 1.5)])
    assert cells(table_html(data, zone=BERLIN))[1][0] == "Oct 25, 2026 11:00"
    assert cells(table_html(data, zone=BERLIN, locale="de"))[1] == ["25. Okt. 2026 11:00", "1,5"]


def test_nothing_is_said():
    assert "No data" in table_html(Data((), ()))


def test_csv_is_for_programs():
    data = Data(("Time", "CPU, %"), [(TEN.astimezone(BERLIN), 0.1), (TEN, None), (TEN, 1e-12), (TEN, 12)], "%")
    rows = list(csv.reader(io.StringIO(csv_text(data))))
    assert rows[0] == ["Time", "CPU, %"]
    assert rows[1] == ["2026-10-25T11:00:00+01:00", "0.1"]
    assert [row[1] for row in rows[2:]] == ["", "1e-12", "12"]
    assert csv_text(data).count("\r\n") == 5


@pytest.mark.parametrize(
    "word",
    [
        *("=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx"),
        *(
            "\uff1d1+1",
            "\uff0b1",
            "\uff0d1",
            "\uff20x",
            "\ufe661",
            "\ufe621",
            "\ufe631",
            "\ufe6bx",
            "\u207a1",
            "\u207c1",
        ),
        *(" =1+1", "\u00a0+1", "\u3000\uff1d1", "\ufeff=1", "\u200b-1", "\u202e@x"),
    ],
)
def test_a_spreadsheet_runs_nothing(word):
    ((head,), (cell,)) = csv.reader(io.StringIO(csv_text(Data((word,), [(word,)]))))
    assert head == cell == f"'{word}"


@pytest.mark.parametrize("word", ["", " ", "cpu", "5 = 5", "\u22125", "Größe", "(=1)", "'=1", "\u00bd"])
def test_other_words_are_as_they_are(word):
    ((head, _one), (cell, _two)) = csv.reader(io.StringIO(csv_text(Data((word, "x"), [(word, "x")]))))
    assert head == cell == word


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("a;=1+1", "a;'=1+1"),
        ("a; =1+1;b;@x", "a;' =1+1;b;'@x"),
        ("a;;\uff1d1", "a;;'\uff1d1"),
        ("a\t+1", "a\t'+1"),
        ("a\r\n-1", "a\r\n'-1"),
        ("\t\uff1d1", "'\t'\uff1d1"),
        ("\r\n@x", "'\r\n'@x"),
        ("a;b", "a;b"),
        ("a;", "a;"),
    ],
)
def test_what_a_spreadsheet_of_another_country_takes_for_a_cell_is_no_formula(words, written):
    ((head, _one), (cell, _two)) = csv.reader(io.StringIO(csv_text(Data((words, "x"), [(words, "x")])), newline=""))
    assert head == cell == written


def test_names_are_text():
    html = table_html(Data((EVIL, EVIL), [(EVIL, EVIL)], EVIL), caption=EVIL)
    assert EVIL in "".join(parsed(html).itertext())


@given(st.lists(st.none() | st.floats() | st.integers(), min_size=1, max_size=30))
def test_what_a_chart_was_given_comes_back(values):
    data = line(values, start=TEN, step=60).data()
    if not data.rows:
        return
    parsed(table_html(data))
    _, *rows = csv.reader(io.StringIO(csv_text(data)))
    assert len(rows) == len(values)
    for (_, cell), value in zip(rows, values, strict=True):
        finite = isinstance(value, int | float) and value == value and abs(value) < float("inf")
        assert (float(cell) == float(value)) if finite and abs(value) < 1e300 else True


def test_times_in_any_column_have_their_clock():
    data = timeline({"api": [Span(0, 90, "ok", "Up")]}, start=0, end=3600).data()
    assert cells(table_html(data)) == [
        ["", "State", "From (UTC)", "To (UTC)"],
        ["api", "Up", "Jan 1, 1970 00:00:00", "Jan 1, 1970 00:01:30"],
    ]
    assert next(parsed(table_html(data)).iter("tr"))[0].tag == "td"  # a head that is empty is no head


@pytest.mark.parametrize(
    ("seconds", "zone", "words"),
    [
        (0, UTC, "Jan 1, 1970"),
        (0, BERLIN, "Jan 1, 1970 01:00"),
        (-3600, BERLIN, "Jan 1, 1970"),
        (60, UTC, "Jan 1, 1970 00:01"),
        (61, UTC, "Jan 1, 1970 00:01:01"),
        (0.25, UTC, "Jan 1, 1970 00:00:00.250"),
    ],
)
def test_a_clock_is_as_exact_as_its_times(seconds, zone, words):
    data = Data(("Time", "x"), [(datetime.fromtimestamp(seconds, UTC), 1)])
    assert cells(table_html(data, zone=zone))[1][0] == words


def test_the_night_in_which_clocks_change_has_every_hour():
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    data = Data(("Time", "x"), [(first + timedelta(hours=i), i) for i in range(3)])
    head, *rows = cells(table_html(data, zone=BERLIN))
    assert head[0] == "Time"
    assert [row[0][-10:] for row in rows] == ["02:30 CEST", " 02:30 CET", " 03:30 CET"]
    rows = list(
        csv.reader(io.StringIO(csv_text(Data(("Time",), [(time.astimezone(BERLIN),) for time, _ in data.rows]))))
    )
    assert [row[0][-11:] for row in rows[1:]] == ["02:30:00+02:00"[3:], "02:30:00+01:00"[3:], "03:30:00+01:00"[3:]]


def test_csv_keeps_every_digit_and_quotes_what_it_must():
    data = Data(
        ("a,b", 'c"d'), [(Decimal("0.1000"), 10**18 + 1), (0.1 + 0.2, "x\r\ny"), (float("nan"), Decimal("Infinity"))]
    )
    assert csv_text(data) == ('"a,b","c""d"\r\n0.1000,1000000000000000001\r\n0.30000000000000004,"x\r\ny"\r\n,\r\n')


def test_no_rows_are_heads_alone():
    assert csv_text(Data(("Time", "x"), [])) == "Time,x\r\n"
    assert "No data" in table_html(Data(("Time", "x"), []))
