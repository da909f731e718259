"""Whatever lines are given: the chart is well-formed, and what is drawn is the data."""

from datetime import UTC, datetime
from itertools import pairwise
from math import inf, nan
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.charts import Series, Threshold, line
from live.charts.axes.value import scale_of
from live.charts.path import HEIGHT
from live.charts.values import clean
from tests.unit.live.charts.markup import (
    circles,
    classes,
    drawn,
    frame_of,
    labels_below,
    parsed,
    path_in,
    path_of,
    points,
    strokes,
    texts,
)

BERLIN = ZoneInfo("Europe/Berlin")
TEN = datetime(2026, 11, 29, 10, tzinfo=UTC).timestamp()


values = st.lists(st.none() | st.floats() | st.integers(-(10**320), 10**320), max_size=80)


def chart(*series, start=TEN, step=60, **options):
    lines = [values if isinstance(values, Series) else Series("", values) for values in series]
    if "times" in options:
        return line(lines, **options)
    return line(lines, start=start, step=step, **options)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(values, max_size=4),
    st.floats(0, 3e9),
    st.floats(0.001, 1e6),
    st.text(max_size=20),
    st.sampled_from(["", "%", "B", "s", "ms", "W"]),
    st.sampled_from(["en", "de", "ar", "hi"]),
    st.none() | st.floats(),
    st.none() | st.floats(),
    st.lists(st.builds(Threshold, st.floats(), st.sampled_from(["warn", "bad"]), st.booleans()), max_size=2),
    st.booleans(),
    st.none() | st.booleans(),
)
def test_anything_makes_a_well_formed_chart(lines, start, step, text, unit, locale, low, high, limits, log, fill):
    def made():
        options = dict(title=text, unit=unit, locale=locale, minimum=low, maximum=high, thresholds=limits)
        options |= dict(log=log, fill=fill, show_extremes=True)
        return chart(*[Series(text, values) for values in lines], start=start, step=step, zone=BERLIN, **options)

    html = str(made())
    root = parsed(made())
    assert html == str(made())
    for path in root.iter("path"):
        assert "n" not in path.attrib["d"]
    drawn(made(), title=text)


sane = st.floats(-1e9, 1e9, allow_subnormal=False).map(lambda v: round(v, 3)) | st.integers(-1000, 1000)

points_of = st.lists(
    st.none() | st.sampled_from([nan, inf, -inf, 1e-12, 1e15]) | sane, min_size=1, max_size=120
) | st.builds(
    lambda base, size: [*base] * size, st.lists(st.none() | sane, min_size=1, max_size=20), st.integers(1, 20)
)


def expected(values, size, scale):
    """Return {index: value} as it is drawn: what lies outside the axis at its edge."""
    low, high = scale.ticks[0], scale.ticks[-1]
    kept = clean(values, size).values
    return {i: min(max(v, low), high) for i, v in enumerate(kept) if v is not None}


def joined(present, breaks=frozenset()):
    """Return the indices that have a line from the one before."""
    return {i for i in present if i - 1 in present and i not in breaks}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(points_of, min_size=1, max_size=8),
    st.none() | sane,
    st.none() | sane,
    st.integers(80, 4000),
    st.integers(80, 4000),
    st.floats(0, 2e9),
    st.sampled_from([0.001, 0.1, 1, 7, 60, 3600, 86400]),
    st.integers(0, 60),
)
def test_what_is_drawn_over_time_is_the_data(lines, low, high, width, height, start, step, asked):
    size = max(map(len, lines))
    made = line(
        {str(i): values for i, values in enumerate(lines)},
        start=start,
        step=step,
        minimum=low,
        maximum=high,
        columns=asked,
        zone=BERLIN,
    )
    root, picture = parsed(made), drawn(made, width, height)
    scale = scale_of([clean(values, size) for values in lines], low, high)
    places = [place for place, _ in labels_below(root)]
    assert -0.01 <= places[0] <= places[-1] <= 100.6
    assert len(set(places)) == len(places)
    if asked:
        tds = list(classes(root, "chart-tooltip")[0].iter("td"))
        assert len(tds) <= 60
        assert "tabindex" in tds[-1].attrib
    if not scale.ticks:
        assert texts(root, "chart-none") == ["No data"]
        return
    bottom, top = scale.ticks[0], scale.ticks[-1]
    assert len(classes(root, "chart-y")[0]) == len(scale.ticks)
    unit = (top - bottom) / HEIGHT
    left, above, wide, tall = frame_of(picture)
    for index, line_values in enumerate(lines, 1):
        values = expected(line_values, size, scale)
        token = f"s{index}"
        drawing = strokes(path_of(root, token), bottom, top)
        decoded_values = {x: y for part in drawing for x, y in part}
        links = {part[k][0] for part in drawing for k in range(1, len(part))}
        assert links == joined(values)
        last = max(values, default=None)
        dots = circles(root, token)
        alone = {i for i in values if not {i, i + 1} & joined(values)}
        assert len(dots) == len(alone | {last}) if values else not dots
        for x, y, _ in dots:
            at = round(x / 100 * (size - 1)) if size > 1 else 0
            assert at in alone | {last}
            decoded_values.setdefault(at, top - y / 100 * (top - bottom))
        assert decoded_values == {i: pytest.approx(v, abs=0.53 * unit) for i, v in values.items()}
        inside = strokes_of_picture(picture, token)
        assert sorted(len(part) for part in inside) == sorted(len(part) for part in drawing)
        for here, there in zip(drawing, inside, strict=True):
            for (i, _), (x, y) in zip(here, there, strict=True):
                assert x == pytest.approx(left + i / max(size - 1, 1) * wide, abs=0.5)
                place = above + (top - values[i]) / (top - bottom) * tall
                assert y == pytest.approx(place, abs=0.5 + 0.502 * tall / HEIGHT)


def strokes_of_picture(picture, token):
    return [points(f"M{part}") for part in path_in(picture, token).split("M")[1:]]


@settings(max_examples=60, deadline=None)
@given(
    points_of,
    st.floats(0, 2e9).map(lambda v: round(v, 1)),
    st.data(),
    st.none() | st.sampled_from([1.0, 10.0, 1000.0]),
    st.integers(80, 4000),
)
def test_what_is_drawn_at_times_of_its_own_is_the_data(numbers, start, data, every, width):
    steps = data.draw(
        st.lists(st.sampled_from([0.0, 1.0, 2.0, 10.0, 500.0]), min_size=len(numbers), max_size=len(numbers))
    )
    times = [start + sum(steps[: i + 1]) for i in range(len(numbers))]
    made = line(numbers, times=times, every=every)
    root, picture = parsed(made), drawn(made, width, 300)
    scale = scale_of([clean(numbers, len(numbers))])
    if not scale.ticks:
        return
    bottom, top = scale.ticks[0], scale.ticks[-1]
    values = expected(numbers, len(numbers), scale)
    gaps = sorted(b - a for a, b in pairwise(times) if b > a)
    if every is None:
        middle = len(gaps) // 2
        every = (gaps[middle] + gaps[-middle - 1]) / 2 if gaps else 1.0
    breaks = {i for i in range(1, len(times)) if times[i] - times[i - 1] > 2.5 * every}
    span = times[-1] - times[0]
    xs = [2000 * (t - times[0]) / span if span else 2000 for t in times]
    drawing = strokes(path_of(root), bottom, top)
    links = joined(values, breaks)
    assert sum(len(part) - 1 for part in drawing) == len(links)
    on_lines = sorted(i for i in values if {i, i + 1} & links)
    flat = [point for part in drawing for point in part]
    assert [x for x, _ in flat] == pytest.approx([xs[i] for i in on_lines], abs=0.51)
    assert [y for _, y in flat] == pytest.approx([values[i] for i in on_lines], abs=0.502 * (top - bottom) / HEIGHT)
    assert all(part[0][0] <= part[-1][0] for part in drawing)
    left, _, wide, _ = frame_of(picture)
    inside = [x for part in strokes_of_picture(picture, "s1") for x, _ in part]
    assert inside == pytest.approx([left + xs[i] / 2000 * wide for i in on_lines], abs=0.5 + 0.51 * wide / 2000)
