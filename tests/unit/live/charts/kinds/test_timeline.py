"""State timelines: every state visible, none hidden by a neighbour."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import inf, nan
from operator import itemgetter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.charts import Span, timeline
from live.charts.kinds.timeline import MIN_STATE_PERCENT
from live.charts.marks import CELL_CAP, CELL_GAP, CELL_UNITS
from tests.unit.live.charts.markup import SVG, classes, drawn, parsed, points, texts

EVIL = '"><script>alert(1)</script>'
BERLIN = ZoneInfo("Europe/Berlin")
START, HOUR, DAY = 1_774_742_400, 3600, 86_400


# Percent of the plot: what a cell leaves to its neighbour on one side, with the rounding of both.
GAP = (CELL_GAP + 1) / CELL_UNITS


def cells(root):
    """Return for each row its cells as they are seen: class, left and right in percent."""
    rows = []
    for row in classes(root, "chart-cells"):
        found = []
        for path in row.iter("path"):
            corners = points(path.attrib["d"])
            assert {y for _, y in corners} == {CELL_CAP}
            for (start, _), (end, _) in zip(corners[::2], corners[1::2], strict=True):
                edges = max(start - CELL_CAP, 0), min(end + CELL_CAP, 100 * CELL_UNITS)
                found.append((path.attrib["class"], *[edge / CELL_UNITS for edge in edges]))
        rows.append(sorted(found, key=itemgetter(1)))
    return rows


def near(*row):
    """Return a row of cells to compare others with: each may have a gap at its ends."""
    return [(token, pytest.approx(left, abs=GAP), pytest.approx(right, abs=GAP)) for token, left, right in row]


def chart(*spans, end=100, **options):
    return timeline({"api": [Span(*span) for span in spans]}, start=0, end=end, **options)


def test_a_state_lies_where_it_was():
    root = parsed(chart((0, 25, "ok", "Up"), (25, 50, "bad", "Down"), (75, 100, "warn", "Slow")))
    assert cells(root) == [near(("ok", 0, 25), ("bad", 25, 50), ("warn", 75, 100))]
    assert texts(root, "chart-legend") == ["UpSlowDown"]
    assert [e.text for e in classes(root, "chart-y")[0]] == ["api"]


def test_neighbours_of_one_state_are_one():
    assert cells(parsed(chart((0, 25, "ok", "Up"), (25, 50, "ok", "Up")))) == [near(("ok", 0, 50))]


def test_the_later_of_two_that_overlap_wins():
    root = parsed(chart((0, 100, "ok", "Up"), (40, 60, "bad", "Down")))
    assert cells(root) == [near(("ok", 0, 40), ("bad", 40, 60), ("ok", 60, 100))]


def test_what_is_outside_is_cut_off():
    assert cells(parsed(chart((-50, 20, "ok", "Up"), (90, 500, "bad", "Down"), (600, 700, "bad", "x")))) == [
        near(("ok", 0, 20), ("bad", 90, 100))
    ]


def test_a_bad_second_in_a_day_can_be_seen():
    spans = ((0, 40_000, "ok", "Up"), (40_000, 40_001, "bad", "Down"), (40_001, DAY, "ok", "Up"))
    (row,) = cells(parsed(chart(*spans, end=DAY)))
    (bad,) = [cell for cell in row if cell[0] == "bad"]
    assert bad[2] - bad[1] == pytest.approx(0.35, abs=0.02)
    last = cells(parsed(chart((0, DAY - 1, "ok", "Up"), (DAY - 1, DAY, "bad", "Down"), end=DAY)))[0][-1]
    assert last[0] == "bad" and last[2] == 100


def test_several_short_ones_are_one_cell_of_the_worst():
    spans = [(i, i + 1, "bad" if i == 7 else "ok" if i % 2 else "warn", "x") for i in range(20)]
    row = cells(parsed(chart(*spans, end=DAY)))[0]
    assert len(row) <= 3
    assert "bad" in [token for token, *_ in row]


def test_the_tooltip_says_the_worst_of_each_part():
    root = parsed(chart((0, 100, "ok", "Up"), (50, 50.5, "bad", "Down")))
    columns = ["".join(td.itertext()) for td in root.iter("td")]
    assert len(columns) == 30
    assert columns[0].endswith("api Up")
    assert columns[15].endswith("api Down")
    assert [hr.attrib.get("class", "ok") for hr in root.iter("hr")] == ["ok"] * 15 + ["bad"] + ["ok"] * 14
    empty = parsed(chart((0, 10, "ok", "Up")))
    assert "api No data" in "".join(list(empty.iter("td"))[-1].itertext())


def test_the_text_alternative_says_how_it_is_since_when_and_how_often_it_was_bad():
    spans = ((0, 25, "ok", "Up"), (25, 50, "bad", "Down"), (50, 60, "ok", "Up"), (60, 61, "bad", "Down"))
    words = chart(*spans, (61, 100, "ok", "Up"), title="Services").text_alternative
    assert words.startswith("Services, 00:00:00\u201300:01:40 UTC: api Up since 00:01:01, OK 74")
    assert words.endswith("2 times critical")
    assert chart((0, 100, "ok", "Up")).text_alternative.endswith("api Up throughout, OK 100\u202f% of the time")
    assert chart().text_alternative.endswith("api no data")


def test_what_is_overdue_is_hatched():
    root = parsed(chart((0, 100, "ok", "Up"), now=200))
    assert cells(root) == [near(("ok", 0, 50))]
    (late,) = [e for e in root.iter("rect") if e.attrib.get("fill") == "url(#chart-hatch)"]
    assert (late.attrib["x"], late.attrib["width"]) == ("50%", "50%")


def test_no_rows_are_the_empty_state():
    assert texts(parsed(timeline({}, start=0, end=1)), "chart-empty") == ["No data"]


@pytest.mark.parametrize(
    ("options", "words"),
    [({"start": 5, "end": 5}, "end after"), ({"start": datetime(2026, 1, 1), "end": 5}, "no time zone")],
)
def test_what_does_not_fit_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        timeline({"a": []}, **options)
    with pytest.raises(ValueError, match="before it starts"):
        chart((9, 3, "ok", "Up"))


def test_names_are_text_in_every_medium():
    made = timeline({EVIL: [Span(0, 50, EVIL, EVIL)]}, start=0, end=100, title=EVIL)
    root = parsed(made)
    assert EVIL in "".join(root.itertext())
    assert classes(root, "off")
    picture = drawn(made, title=EVIL)
    assert not [e for e in picture.iter() if e.tag.endswith("script")]


def test_across_the_night_in_which_clocks_change():
    start = datetime(2026, 10, 24, 12, tzinfo=BERLIN)
    end = datetime(2026, 10, 25, 12, tzinfo=BERLIN)
    made = timeline({"api": [Span(start, end, "ok", "Up")]}, start=start, end=end, zone=BERLIN)
    assert cells(parsed(made)) == [near(("ok", 0, 100))]
    assert end.timestamp() - start.timestamp() == 25 * HOUR


def test_forty_rows_long_names_and_every_size():
    rows = {f"{'service ' * 40}{i}": [Span(0, 50, "ok", "Up"), Span(50, 100, "bad", "x" * 300)] for i in range(40)}
    made = timeline(rows, start=0, end=100)
    parsed(made)
    for width in (160, 640, 3840):
        drawn(made, width, max(width / 2, 160))


def test_its_data_are_its_states():
    head, rows, _ = chart((0, 25, "ok", "Up"), (25, 50, "bad", "Down")).data()
    assert list(head) == ["", "State", "From", "To"]
    assert rows[1] == ("api", "Down", datetime.fromtimestamp(25, UTC), datetime.fromtimestamp(50, UTC))


moments = st.integers(START - 1000, START + 100_000)
spans = st.tuples(
    moments, st.integers(0, 40_000), st.sampled_from(["ok", "warn", "bad", "off", "?"]), st.text(max_size=5)
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.text(max_size=8), st.lists(spans, max_size=30), max_size=6),
    st.integers(1, 90_000),
    st.integers(160, 3840),
)
def test_any_spans_are_in_order_without_overlap_and_true(rows, span, width):
    words = {"ok": "ok", "warn": "warn", "bad": "bad", "off": "off", "?": "off"}
    given_rows = {k: [Span(a, a + size, level, level) for a, size, level, _ in v] for k, v in rows.items()}
    made = timeline(given_rows, start=START, end=START + span)
    root = parsed(made)
    drawn(made, width, max(width / 3, 160))
    for row in cells(root):
        for (_, left, right), (_, after, _) in pairwise(row):
            assert left <= right <= after + 1 / CELL_UNITS + 0.001
        for _, left, right in row:
            assert right - left >= MIN_STATE_PERCENT - 1 / CELL_UNITS and left >= 0 and right <= 100.01
    # Whatever is long enough to be drawn as it is decodes to what was given: its middle has its own colour.
    for label, row in zip(given_rows, cells(root), strict=True) if given_rows else []:
        for name, word, begin, end in made.data().rows:
            size = (end - begin).total_seconds() / span * 100
            if name == label and size > 5:
                middle = ((begin.timestamp() + end.timestamp()) / 2 - START) / span * 100
                here = [token for token, left, right in row if left <= middle <= right]
                assert here == [words[word]]
                assert (end.timestamp() - START) / span * 100 <= 100.001


@settings(max_examples=60, deadline=None)
@given(st.lists(spans, max_size=30), st.integers(1, 90_000), st.lists(st.floats(0, 1), max_size=20))
def test_at_any_time_the_last_of_the_list_is_seen(given_spans, span, places):
    listed = [Span(a, a + size, "ok", f"{i} {word}") for i, (a, size, _, word) in enumerate(given_spans)]
    rows = timeline({"api": listed}, start=START, end=START + span).data().rows
    for (_, _, _, end), (_, _, start, _) in pairwise(rows):
        assert end <= start
    for place in places:
        at = START + place * span
        top = [state.word for state in listed if state.start <= at < state.end][-1:] if at < START + span else []
        seen = [word for _, word, start, end in rows if start.timestamp() <= at < end.timestamp()]
        assert seen == top


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5000), st.sampled_from(["ok", "ok", "warn", "bad", "off"])), max_size=200))
def test_no_bad_state_is_hidden(lasting):
    """However short and however many: where something was bad, there is a bad cell, not further off than two cells."""
    at, listed = 0, []
    for size, level in lasting:
        listed.append((at, at + size, level, level))
        at += size
    made = chart(*listed, end=DAY)
    (row,) = cells(parsed(made)) or [[]]
    for _, word, start, end in made.data().rows:
        if word == "bad":
            left, right = (time.timestamp() / DAY * 100 for time in (start, end))
            assert any(
                token == "bad" and begin <= right + 2 * MIN_STATE_PERCENT and stop >= left - 2 * MIN_STATE_PERCENT
                for token, begin, stop in row
            )


def test_spans_in_any_order():
    root = parsed(chart((50, 100, "ok", "Up"), (0, 20, "ok", "Up"), (10, 60, "bad", "Down"), (30, 30, "warn", "x")))
    assert cells(root) == [near(("ok", 0, 10), ("bad", 10, 60), ("ok", 60, 100))]


def test_each_of_many_bad_seconds_can_be_seen():
    spans = [(hour * HOUR, hour * HOUR + 1, "bad", "Down") for hour in range(24)]
    row = cells(parsed(chart((0, DAY, "ok", "Up"), *spans, end=DAY)))[0]
    assert [token for token, *_ in row].count("bad") == 24


def test_a_state_at_the_right_edge_is_widened_to_the_left():
    row = cells(parsed(chart((0, 99.9, "ok", "Up"), (99.9, 99.95, "warn", "Slow"), (99.95, 100, "bad", "Down"))))[0]
    assert [token for token, *_ in row] == ["ok", "bad"]
    assert row[-1][1:] == pytest.approx((100 - MIN_STATE_PERCENT, 100), abs=0.011)


@pytest.mark.parametrize("now", [1e9, 101, 50, None])
def test_whatever_the_time_is_now(now):
    root = parsed(chart((0, 50, "ok", "Up"), (50, 100, "bad", "Down"), now=now))
    assert cells(root)


def test_a_late_timeline_says_so_in_words():
    made = chart((0, 100, "bad", "Down"), now=200)
    last = list(parsed(made).iter("td"))[-1]
    assert "".join(last.itertext()) == "00:01:40\u201300:03:20No data"
    assert (last.attrib["width"], last.attrib["tabindex"]) == ("50%", "0")
    assert "api Down throughout until 00:01:40" in made.text_alternative


def test_several_words_share_a_level_and_not_all_fit():
    spans = [(i, i + 1, "warn" if i % 2 else "ok", f"word {i}") for i in range(11)]
    entries = [("".join(e.itertext()), e.get("class")) for e in classes(parsed(chart(*spans)), "chart-legend")[0]]
    assert entries[:2] == [("word 0", "ok"), ("word 2", "ok")]
    assert [token for _, token in entries] == ["ok"] * 6 + ["warn"] * 2 + [None]
    assert entries[-1][0] == "+ 3 more"


def test_eight_rows_are_in_the_tooltip():
    rows = {f"row {i}": [Span(0, 100, "ok", "Up")] for i in range(12)}
    root = parsed(timeline(rows, start=0, end=100))
    assert len(list(next(root.iter("td")).iter("hr"))) == 8
    assert len(cells(root)) == 12


def test_the_columns_say_what_their_edges_say():
    """A state that ends on the edge of a column is not in the next one, whatever the quotient of two floats is."""
    for end in (100, 90_000, 0.3, 7, 76000.80937406357):
        step = end / 30
        root = parsed(chart(*[(i * step, (i + 1) * step, ("ok", "bad")[i % 2], f"w{i}") for i in range(30)], end=end))
        assert ["".join(td.itertext()).split()[-1] for td in root.iter("td")] == [f"w{i}" for i in range(30)]


def test_a_word_that_changes_while_it_is_bad_is_no_second_fall():
    spans = ((0, 10, "bad", "Slow"), (10, 20, "bad", "Down"), (20, 90, "ok", "Up"), (90, 100, "bad", "Down"))
    assert chart(*spans).text_alternative.endswith("2 times critical")
    assert chart(*spans[:3]).text_alternative.endswith("once critical")


def test_what_was_not_always_fine_is_not_100_percent():
    words = chart((0, DAY, "ok", "Up"), (5, 6, "bad", "Down"), end=DAY, title="x").text_alternative
    assert "OK 99.9\u202f% of the time, once critical" in words
    assert "99,9" in chart((0, DAY, "ok", "Up"), (5, 6, "bad", "Down"), end=DAY, locale="de").text_alternative


def test_of_many_rows_the_text_alternative_counts_the_rest():
    rows = {f"row {i}": [Span(0, 100, "ok", "Up")] for i in range(12)}
    assert timeline(rows, start=0, end=100).text_alternative.endswith("; and 6 more")


def test_rows_without_names_and_times_that_are_none_are_refused():
    with pytest.raises(TypeError, match="mapping"):
        timeline([Span(0, 1, "ok", "Up")], start=0, end=1)
    for bad in (nan, inf, -inf):
        with pytest.raises(ValueError, match="finite"):
            chart((bad, 50, "ok", "Up"))
        with pytest.raises(ValueError, match="finite"):
            chart(end=bad)
    with pytest.raises(ValueError, match="no time zone"):
        chart((datetime(1970, 1, 1), 50, "ok", "Up"))


@pytest.mark.parametrize("size", [0.001, 1, 3650 * DAY])
def test_any_range(size):
    made = timeline(
        {"\u0645\u0631\u062d\u0628\u0627": [Span(START, START + size / 2, "ok", "Up")]},
        start=START,
        end=START + size,
        zone=BERLIN,
    )
    assert cells(parsed(made))[0] == near(("ok", 0, 50))
    drawn(made)


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=BERLIN), datetime(2026, 10, 25, tzinfo=BERLIN)])
def test_columns_across_a_change_of_clocks(day):
    end = day + timedelta(days=1)
    made = timeline({"api": [Span(day, end, "ok", "Up")]}, start=day, end=end, zone=BERLIN)
    columns = ["".join(td.itertext()) for td in parsed(made).iter("td")]
    assert columns[0].startswith("Sun 00:00") and columns[-1].endswith("00:00api Up")


def test_the_picture_has_the_same_cells():
    made = chart((0, 25, "ok", "Up"), (25, 50, "bad", "Down"))
    rects = [e for e in drawn(made).iter(f"{SVG}rect") if e.attrib.get("rx") == "2" and float(e.attrib["height"]) > 20]
    (up, down) = rects
    assert [e.attrib["class"].split()[0] for e in rects] == ["f-ok", "f-bad"]
    assert float(up.attrib["width"]) == pytest.approx(float(down.attrib["width"]), abs=0.02)
    assert float(down.attrib["x"]) == pytest.approx(float(up.attrib["x"]) + float(up.attrib["width"]), abs=0.02)


def test_what_is_unknown_between_two_equal_states_stays_empty():
    root = parsed(chart((0, 20, "ok", "Up"), (60, 100, "ok", "Up")))
    assert cells(root) == [near(("ok", 0, 20), ("ok", 60, 100))]
    row = cells(parsed(chart((0, 1, "bad", "Down"), (50_000, 50_001, "bad", "Down"), end=DAY)))[0]
    assert [right - left for _, left, right in row] == pytest.approx([MIN_STATE_PERCENT, MIN_STATE_PERCENT], abs=0.011)
    assert row[0][2] < 1 and row[1][1] > 50


def test_rows_lie_in_the_middle_of_their_lanes():
    root = parsed(timeline({"a": [], "b": [Span(0, 1, "ok", "Up")]}, start=0, end=1))
    places = [(float(e.attrib["y"][:-1]), float(e.attrib["height"][:-1])) for e in classes(root, "chart-cells")]
    assert [y + height / 2 for y, height in places] == [25, 75]


def test_a_state_that_is_alone_at_the_right_edge_is_widened_to_the_left():
    row = cells(parsed(chart((99.95, 100, "bad", "Down"))))[0]
    assert row == [("bad", pytest.approx(100 - MIN_STATE_PERCENT, abs=0.011), pytest.approx(100, abs=0.011))]


def test_a_state_that_is_neither_good_nor_bad_has_a_colour_of_a_series():
    chart = timeline(
        {"door": [Span(0, 60, "s2", "open"), Span(60, 90, "s1", "shut"), Span(90, 99, "s9", "?")]}, start=0, end=100
    )
    root = parsed(chart)
    (row,) = classes(root, "chart-cells")
    assert [cell.attrib["class"] for cell in row.iter("path")] == ["s2", "s1", "off"]
    legend = [(item.attrib["class"], "".join(item.itertext())) for item in classes(root, "chart-legend")[0].iter("li")]
    assert legend == [("off", "?"), ("s1", "shut"), ("s2", "open")]
    drawn(chart)
