"""What is read from lines over time: names, the text alternative, the tooltip, times, numbers and the table."""

import zlib
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from math import inf, nan, sin
from zoneinfo import ZoneInfo

import pytest

from live.charts import Series, line
from tests.unit.live.charts.markup import (
    classes,
    drawn,
    labels_below,
    parsed,
    path_in,
    spoken,
    texts,
)

BERLIN = ZoneInfo("Europe/Berlin")
TEN = datetime(2026, 11, 29, 10, tzinfo=UTC).timestamp()
DASH = "\u2013"
NARROW_SPACE = "\u202f"
SCRIPT = '"><script>alert(1)</script>'
RTL = "\u202eمتوسط زمن الاستجابة"
LONG = "x" * 300


def chart(*series, start=TEN, step=60, **options):
    lines = [values if isinstance(values, Series) else Series("", values) for values in series]
    if "times" in options:
        return line(lines, **options)
    return line(lines, start=start, step=step, **options)


def test_labels_are_escaped():
    evil = '<script>alert("1")</script>&\'\x00\x0b\u202e' + "x" * 300
    made = chart(Series(evil, [1, 2]), Series("b", [1]), title=evil, unit=evil)
    root = parsed(made)
    assert "<script" not in str(made)
    assert next(root.iter("bdi")).text == evil.replace("\x00\x0b", "")
    assert evil[:20] in spoken(made)


@pytest.mark.parametrize("name", [SCRIPT, RTL, LONG, "&amp;", "' onload='alert(1)", "\x00\x1b", "\ud800", "😀" * 99])
def test_any_name_anywhere(name):
    lines = [Series(name, [1, 2000000, None, 4]), Series("b", [None, 3])]
    made = chart(*lines, title=name, unit=name, show_extremes=True)
    root = parsed(made)
    assert "<script" not in str(made)
    kept = name.replace("\x00\x1b", "").replace("\ud800", "")
    if kept:
        assert kept in texts(root, "s1")[0]
        assert kept[:79] in spoken(made)
    picture = drawn(made, title=name, caption=name, note=name)
    assert "<script" not in made.svg(title=name, caption=name, note=name)
    assert kept[:3] in "".join(picture.itertext())
    assert made.data().head == ("Time", name, "b")


def test_extremes_are_beside_the_last_value():
    legend = texts(parsed(chart(Series("a", [1, 5, 3]), Series("b", [None] * 3), unit="ms", show_extremes=True)), "s1")
    assert legend[0] == f"a31{DASH}5"
    assert texts(parsed(chart(Series("a", [1, 5, 3]))), "s1")[0] == "a3"
    picture = "".join(drawn(chart(Series("a", [1, 5, 3]), show_extremes=True)).itertext())
    assert f"3 1{DASH}5" in picture


def test_the_text_alternative():
    points = [41, 12, None, None, 93, 50, 60, 70]
    assert spoken(chart(points, title="CPU", unit="%", zone=BERLIN)) == (
        "CPU, 11:00\u201311:07 CET: now 70 %, lowest 12 % at 11:01, highest 93 % at 11:04, rising; "
        "no data 11:02\u201311:03"
    )
    assert spoken(chart([5, 5])) == "10:00\u201310:01 UTC: now 5, all 5"
    assert spoken(chart([5])) == "10:00 UTC: now 5"
    assert (
        spoken(chart(Series("in", [9, 1, None])))
        == "10:00\u201310:02 UTC: in last 1 at 10:01, lowest 1 at 10:01, highest 9 at 10:00; no data 10:02"
    )
    assert spoken(chart([9, 8, 2, 1], title="T")).endswith("falling")
    assert spoken(chart([1, 9, 5, 1], title="T")).endswith("steady")
    assert spoken(chart([1, None] * 5)).endswith("no data 10:01, 10:03, 10:05 and 2 more times")
    two = chart(Series("a", [1, 2, 3, 4]), Series("b", [None] * 4), Series("c" * 100, [1, None]), title="T")
    assert two.text_alternative.startswith(
        "T, 10:00\u201310:03 UTC: a 4, 1 to 4, rising; b no data; " + "c" * 79 + "… "
    )
    assert spoken(two) == two.text_alternative.replace(NARROW_SPACE, " ")


def cells(made):
    read = classes(parsed(made), "chart-tooltip")[0]
    columns = list(read.iter("td"))
    return columns, ["|".join("".join(cell.itertext("")) for cell in _parts(td)) for td in columns]


def _parts(td):
    """The label of a column, then each value: the text before and after each swatch."""
    (link,) = td

    class Part:
        def __init__(self, text):
            self.text = text or ""

        def itertext(self, _):
            return [self.text]

    return [Part(link.text), *[Part(swatch.tail) for swatch in link]]


def test_the_tooltip():
    tds, words = cells(chart(Series("a", [1, None, 3]), Series("b", [0.12345678, 2, 3])))
    assert words == ["10:00|a 1|b 0.123457", f"10:01|a {DASH}|b 2", "10:02|a 3|b 3"]
    assert [td.attrib.get("width") for td in tds] == ["25%", None, "25%"]
    assert cells(chart([7]))[1] == ["10:00|7"]
    assert [td.attrib["width"] for td in cells(chart([1, 2]))[0]] == ["50%", "50%"]
    assert "chart-tooltip" not in str(chart([1, 2, 3], columns=0))
    assert "<script" not in str(chart([1], unit=SCRIPT))


@pytest.mark.parametrize("size", [59, 60, 61, 62, 90, 119, 120, 121, 122, 299, 300, 1000, 5000])
@pytest.mark.parametrize("asked", [30, 60, 2])
def test_the_tooltip_has_few_columns_and_begins_and_ends_with_the_data(size, asked):
    for options in (dict(), dict(now=TEN + 60 * size * 2), dict(times=[TEN + 60 * i for i in range(size)])):
        tds, words = cells(chart(list(range(size)), columns=asked, **options))
        assert len(words) <= 60
        assert len(words) <= asked + 1 or size <= asked * 2
        assert words[0].endswith("|0")
        assert words[-1].endswith(f"|{size - 1:,}")
        assert "tabindex" in tds[-1].attrib


@pytest.mark.parametrize("size", [2, 3, 59, 60, 61, 121, 300, 301])
def test_the_columns_of_the_tooltip_lie_around_their_samples(size):
    for options in (dict(), dict(now=TEN + 60 * size * 2), dict(times=[TEN + 60 * i for i in range(size)])):
        tds, words = cells(chart(list(range(size)), **options))
        fixed = [float(td.attrib["width"][:-1]) if "width" in td.attrib else None for td in tds]
        rest = (100 - sum(w for w in fixed if w is not None)) / max(fixed.count(None), 1)
        widths = [rest if w is None else w for w in fixed]
        assert sum(widths) == pytest.approx(100, abs=0.01 * size)
        edges = [sum(widths[:i]) for i in range(len(widths) + 1)]
        span = 2 * size if "now" in options else size - 1
        for word, (left, right) in zip(words, pairwise(edges), strict=True):
            place = 100 * int(word.split("|")[1].replace(",", "")) / span
            assert left - 0.5 <= place <= right + 0.5


def test_the_tooltip_stays_when_the_window_slides():
    points = [sin(i / 9) * 50 + i % 7 for i in range(400)]
    one = cells(chart(points[:300]))[1]
    two = cells(chart(points[1:301], start=TEN + 60))[1]
    assert len(set(one[1:-1]) ^ set(two[1:-1])) <= 2


def test_the_next_frame_of_a_sliding_window_is_small():
    data = [[sin(i / k) * 50 + 100 + i * 7 % 11 for i in range(400)] for k in (9, 17, 31)]
    squeeze = zlib.compressobj(6, zlib.DEFLATED, -15)
    sizes = []
    for i in range(20):
        html = str(chart(*[Series(str(k), row[i : i + 300]) for k, row in enumerate(data)], start=TEN + 60 * i))
        sizes.append(len(squeeze.compress(html.encode()) + squeeze.flush(zlib.Z_SYNC_FLUSH)))
    assert max(sizes[2:]) < 500


@pytest.mark.parametrize(
    ("step", "count", "first"),
    [
        (0.01, 100, "10:00:00.000"),
        (1, 300, "10:00:00"),
        (60, 300, "10:00"),
        (600, 300, "Sun 10:00"),
        (7200, 300, "Nov 29 10:00"),
        (86400, 90, "Nov 29"),
        (86400 * 7, 520, "Nov 29, 2026"),
    ],
)
def test_times_are_as_short_as_the_range_allows(step, count, first):
    assert cells(chart([1, 2] * (count // 2), step=step))[1][0].startswith(first + "|")


def test_across_both_switches_of_daylight_saving_time():
    start = datetime(2026, 1, 1, tzinfo=BERLIN).timestamp()
    root = parsed(chart([1, 2] * 182, start=start, step=86400, zone=BERLIN))
    assert [words for _, words in labels_below(root)] == ["2026", "Apr", "Jul", "Oct"]
    year = chart([1, 2] * 4380, start=start, step=3600, zone=BERLIN)
    drawn(year)
    stamps = [row[0] for row in year.data().rows]
    assert {b.timestamp() - a.timestamp() for a, b in pairwise(stamps)} == {3600}
    assert {stamp.utcoffset().total_seconds() for stamp in stamps} == {3600, 7200}


def test_an_hour_that_comes_twice_and_one_that_is_skipped():
    night = datetime(2026, 10, 25, 0, tzinfo=BERLIN).timestamp()
    clock = [words.split("|")[0] for words in cells(chart(list(range(6)), start=night, step=3600, zone=BERLIN))[1]]
    assert clock == ["00:00", "01:00", "02:00 CEST", "02:00 CET", "03:00", "04:00"]
    night = datetime(2026, 3, 29, 0, tzinfo=BERLIN).timestamp()
    clock = [words.split("|")[0] for words in cells(chart(list(range(4)), start=night, step=3600, zone=BERLIN))[1]]
    assert clock == ["00:00", "01:00", "03:00", "04:00"]


@pytest.mark.parametrize(("size", "step"), [(11, 0.1), (2, 1), (120, 86400 * 30.5), (3653, 86400)])
def test_a_range_of_a_second_and_of_ten_years(size, step):
    made = chart([i % 7 for i in range(size)], step=step, zone=BERLIN)
    labels = labels_below(parsed(made))
    assert 1 <= len(labels) <= 12
    assert len({words for _, words in labels}) > 1 or size == 2
    drawn(made, 160)
    drawn(made, 3840)


def test_a_decimal_comma_stays_out_of_coordinates():
    made = chart(Series("a", [0.123, 0.5, 0.7, None, 0.1]), Series("b", [1, 2, 3, 4, 7]), locale="de", unit="%")
    assert f"0,1{NARROW_SPACE}%" in str(made)
    parsed(made)
    drawn(made, 333.3, 222.2)
    assert "," not in path_in(drawn(made, 333.3, 222.2))


def test_decimals_are_drawn_as_numbers():
    exact = chart([Decimal("1.5"), Decimal("2.25"), None, Decimal("4")], minimum=0)
    assert str(exact) == str(chart([1.5, 2.25, None, 4.0], minimum=0))


def test_wide_labels_near_an_edge_are_anchored_inside():
    labels = list(classes(parsed(chart([1, 2] * 10, step=2)), "chart-x")[0].iter("text"))
    assert "first" in labels[0].attrib.get("class", "").split()


def test_the_data_of_the_table():
    made = chart(Series("a", [1, nan, inf]), Series("", [Decimal("2.5"), None]), unit="ms", zone=BERLIN)
    data = made.data()
    assert data.head == ("Time", "a", "Value")
    assert data.unit == "ms"
    begin = datetime(2026, 11, 29, 11, tzinfo=BERLIN)
    assert data.rows[0] == (begin, 1, 2.5)
    assert [row[1:] for row in data.rows] == [(1, 2.5), (None, None), (None, None)]
    assert data.rows[0][0].tzinfo is BERLIN


def test_nothing_is_written_before_it_is_asked_for():
    made = chart([1, 2, 3])
    assert str(made) == str(made)
    assert made.svg() == made.svg()
