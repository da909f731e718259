"""The time axis: where samples are, their words, and the columns of the tooltip."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.charts.axes.time import MAX_MISSED_INTERVALS, WIDTH_UNITS, time_axis
from live.charts.marks import Box
from live.charts.output.html import safe
from live.charts.output.tooltip import MAX_COLUMNS
from live.charts.path import HEIGHT
from live.charts.values import clean
from tests.unit.live.charts.markup import classes, parsed

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
TEN = datetime(2026, 11, 29, 10, tzinfo=UTC).timestamp()
ZONES = [UTC, BERLIN, ZoneInfo("America/St_Johns"), ZoneInfo("Australia/Lord_Howe"), timezone(timedelta(hours=-3))]


def axis(size, start=TEN, step=60, zone=UTC, locale="en", **options):
    return time_axis(size, start=start, step=step, zone=zone, locale=locale, **options)


def at(*times, every=None, now=None, zone=UTC):
    return time_axis(len(times), times=times, every=every, now=now, zone=zone, locale="en")


def widths_of(axis, columns=30):
    picked, widths = axis.columns(columns)
    rest = 100 - sum(float(width[:-1]) for width in widths.values())
    free = len(picked) - len(widths)
    return picked, [float(widths[i][:-1]) if i in widths else rest / free for i in range(len(picked))]


def test_buckets():
    drawn_axis = axis(5)
    assert (drawn_axis.start, drawn_axis.end, drawn_axis.step, drawn_axis.times) == (TEN, TEN + 240, 60, None)
    assert [drawn_axis.at(i) for i in range(5)] == [TEN + 60 * i for i in range(5)]
    assert [drawn_axis.x(i) for i in range(5)] == [0, 25, 50, 75, 100]
    assert [drawn_axis.unit(i) for i in range(5)] == [0, 1, 2, 3, 4]
    assert (drawn_axis.width(), drawn_axis.span) == (4, 240)
    assert drawn_axis.cells()[1] == datetime(2026, 11, 29, 10, 1, tzinfo=UTC)
    assert drawn_axis.words() == "10:00\u201310:04 UTC"


@pytest.mark.parametrize("day", [datetime(2026, 3, 23), datetime(2026, 10, 19), datetime(2026, 1, 5)])
@pytest.mark.parametrize("zone", ZONES + [ZoneInfo("America/Sao_Paulo")])
def test_days_are_those_of_the_clock(day, zone):
    drawn_axis = axis(300, day.replace(tzinfo=zone), 86400, zone)
    assert [time.replace(tzinfo=None) for time in drawn_axis.cells()] == [day + timedelta(days=n) for n in range(300)]
    assert [drawn_axis.x(i) for i in range(300)] == [pytest.approx(100 * i / 299) for i in range(300)]
    assert (drawn_axis.width(), drawn_axis.end) == (299, drawn_axis.at(299))
    months = {label.words: label.at * 299 for label in drawn_axis.labels()}
    assert months
    for words, place in months.items():
        assert place == pytest.approx(round(place)), f"{words} is where a day begins"


def test_weeks_and_days_that_begin_at_a_skipped_midnight():
    paulo = ZoneInfo("America/Sao_Paulo")
    start = datetime(2018, 11, 4, 1, tzinfo=paulo)
    assert [str(time) for time in axis(2, start, 86400, paulo).cells()] == [
        "2018-11-04 01:00:00-02:00",
        "2018-11-05 00:00:00-02:00",
    ]
    weeks = axis(3, datetime(2026, 3, 23, tzinfo=BERLIN), 7 * 86400, BERLIN)
    assert [f"{time:%d %H:%M}" for time in weeks.cells()] == ["23 00:00", "30 00:00", "06 00:00"]


@pytest.mark.parametrize("day", [datetime(2026, 3, 27), datetime(2026, 10, 23), datetime(2026, 1, 5)])
@pytest.mark.parametrize("zone", ZONES + [ZoneInfo("America/Sao_Paulo")])
@pytest.mark.parametrize("hours", [2, 4, 6, 12])
def test_several_hours_begin_at_the_same_ones_of_the_clock(day, zone, hours):
    step = timedelta(hours=hours)
    size = 60 // hours * 2
    drawn_axis = axis(size, (day + step).replace(tzinfo=zone), step.total_seconds(), zone)
    shown = [time.replace(tzinfo=None) for time in drawn_axis.cells()]
    # What begins in an hour that is skipped begins right after it.
    skipped = timedelta(hours=1)
    assert all(0 * step <= at - (day + (n + 1) * step) <= skipped for n, at in enumerate(shown))
    assert sum(at != day + (n + 1) * step for n, at in enumerate(shown)) <= 1
    assert [drawn_axis.x(i) for i in range(size)] == [pytest.approx(100 * i / (size - 1)) for i in range(size)]
    assert drawn_axis.width() == size - 1


def test_single_hours_pass_one_after_the_other():
    drawn_axis = axis(5, datetime(2026, 10, 25, 1, tzinfo=BERLIN), 3600, BERLIN)
    assert [time.hour for time in drawn_axis.cells()] == [1, 2, 2, 3, 4]


def test_hours_of_another_clock_pass_one_after_the_other():
    drawn_axis = axis(4, datetime(2026, 10, 24, 22, tzinfo=UTC) - timedelta(hours=1), 4 * 3600, BERLIN)
    assert [time.hour for time in drawn_axis.cells()] == [23, 2, 6, 10]


def test_days_of_another_clock_have_24_hours():
    drawn_axis = axis(3, datetime(2026, 3, 28, tzinfo=UTC), 86400, BERLIN)
    assert [f"{time:%d %H:%M}" for time in drawn_axis.cells()] == ["28 01:00", "29 01:00", "30 02:00"]


def test_days_that_stopped_coming_are_hatched_from_the_last_on():
    late = axis(5, datetime(2026, 3, 27, tzinfo=BERLIN), 86400, BERLIN, now=datetime(2026, 4, 4, 12, tzinfo=BERLIN))
    assert late.width() == 8.5
    assert late.late(4) == [Box("late", "", pytest.approx(100 * 4 / 8.5), 0, pytest.approx(100 * 4.5 / 8.5), 100)]


def test_a_single_sample_is_at_the_right():
    drawn_axis = axis(1)
    assert (drawn_axis.x(0), drawn_axis.width(), drawn_axis.span) == (100, 1, 60)
    assert drawn_axis.words() == "10:00 UTC"
    assert [label.at for label in drawn_axis.labels()] == [1]
    assert (at(TEN).x(0), at(TEN).step, at(TEN).unit(0)) == (100, 1, WIDTH_UNITS)


def test_no_sample():
    drawn_axis = axis(0)
    assert drawn_axis.words() == "UTC"
    assert drawn_axis.cells() == []
    assert list(drawn_axis.columns()[0]) == []
    assert time_axis(0, times=[], zone=UTC, locale="en").words() == "UTC"


def test_samples_with_times_of_their_own():
    drawn_axis = at(TEN, TEN + 10, TEN + 20, TEN + 100)
    assert (drawn_axis.start, drawn_axis.end, drawn_axis.step) == (TEN, TEN + 100, 10)
    assert [drawn_axis.x(i) for i in range(4)] == [0, 10, 20, 100]
    assert [drawn_axis.unit(i) for i in range(4)] == [0, 200, 400, 2000]
    assert drawn_axis.width() == WIDTH_UNITS
    assert at(TEN, TEN, TEN).step == 1
    assert at(TEN, TEN, TEN).x(0) == 100
    assert at(0, 1, every=7).step == 7
    assert time_axis(2, times=[0, 1, 2], zone=UTC, locale="en").end == 1, "times beyond the values are not looked at"


def test_aware_times_and_epoch_seconds_are_the_same():
    moments = [datetime.fromtimestamp(TEN + s, BERLIN) for s in (0, 10)]
    assert at(*moments) == at(TEN, TEN + 10)
    assert axis(3, start=moments[0], now=moments[1]) == axis(3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (dict(), "needs start and step, or times"),
        (dict(start=1), "needs start and step, or times"),
        (dict(step=1), "needs start and step, or times"),
        (dict(start=1, times=[1, 2]), "either times, or start and step"),
        (dict(step=1, times=[1, 2]), "either times, or start and step"),
        (dict(times=[2, 1]), "ascending"),
        (dict(times=[1]), "there are 2 values and only 1 times"),
        (dict(times=[1, float("inf")]), "finite"),
        (dict(times=[1, 2], every=-1), "step must be positive"),
        (dict(start=float("nan"), step=1), "finite"),
        (dict(start=1, step=0), "step must be positive"),
        (dict(start=1, step=float("inf")), "step must be positive"),
        (dict(start=1, step=1, now=float("nan")), "finite"),
        (dict(start=datetime(2026, 1, 1), step=1), "no time zone"),
        (dict(times=[datetime(2026, 1, 1)] * 2), "no time zone"),
    ],
)
def test_what_does_not_fit_together(options, message):
    with pytest.raises(ValueError, match=message):
        time_axis(2, **options, zone=UTC, locale="en")


def test_now_draws_the_axis_on_when_samples_are_overdue():
    assert axis(3, now=TEN + 120 + MAX_MISSED_INTERVALS * 60).end == TEN + 120
    late = axis(3, now=TEN + 120 + MAX_MISSED_INTERVALS * 60 + 1)
    assert late.end == TEN + 271
    assert late.width() == pytest.approx(271 / 60)
    assert axis(3, now=TEN - 999).end == TEN + 120
    assert axis(0, now=TEN + 9999).end == TEN
    assert axis(1, now=TEN + 600).x(0) == 0
    assert at(TEN, TEN + 10, every=10, now=TEN + 100).x(1) == 10


def test_what_is_late_is_hatched():
    assert axis(5).late(4) == []
    assert axis(5).late(2) == []
    assert axis(5).late(1) == [Box("late", "", 25, 0, 75, 100)]
    assert axis(3, now=TEN + 480).late(2) == [Box("late", "", 25, 0, 75, 100)]
    assert at(TEN, TEN + 10, TEN + 100, every=10).late(1) == [Box("late", "", 10, 0, 90, 100)]
    assert at(TEN, TEN, every=10).late(0) == []
    assert at(0, 25, every=10).late(0) == []
    assert at(0, 25.5, every=10).late(0) != []


def test_a_pause_breaks_the_line():
    data = clean([1, 2, 3, 4], 4)
    assert at(0, 10, 35, 45, every=10).trace(data, 0, 4).line.count("M") == 1
    assert at(0, 10, 35.5, 45.5, every=10).trace(data, 0, 4).line.count("M") == 2
    assert axis(4).trace(data, 0, HEIGHT, area=True).area.endswith(f"l1-1 1-1 1-1V{HEIGHT}H0z")


@pytest.mark.parametrize(
    ("span", "step", "kind"),
    [
        (1, 0.1, "ms"),
        (60, 1, "s"),
        (3600, 60, "m"),
        (20 * 3600, 60, "m"),
        (21 * 3600, 60, "day-of-week m"),
        (21 * 3600, 30, "day-of-week s"),
        (6 * 86400, 3600, "day-of-week m"),
        (7 * 86400, 3600, "date m"),
        (90 * 86400, 86400, "date"),
        (301 * 86400, 86400, "day"),
    ],
)
def test_a_time_reads_as_short_as_it_can(span, step, kind):
    assert axis(round(span / step) + 1, step=step).kind == kind


def test_the_zone_has_the_names_that_it_has_on_the_axis():
    start = datetime(2026, 3, 28, tzinfo=BERLIN).timestamp()
    assert axis(3, start=start, step=86400, zone=BERLIN).zone_name() == "CET/CEST"
    assert axis(3, start=start + 7 * 86400, step=86400, zone=BERLIN).zone_name() == "CEST"
    assert axis(366, start=start - 86400 * 90, step=86400, zone=BERLIN).zone_name() == "CET/CEST"
    assert axis(1, start=start, step=86400, zone=BERLIN).zone_name() == "CET"
    assert axis(1, zone=ZoneInfo("Asia/Kathmandu")).zone_name() == "UTC+5:45"


def test_an_hour_that_comes_twice_is_told_apart():
    """In the night of 1 November 2026 New York's clock shows 01:00 to 02:00 twice."""
    start = datetime(2026, 11, 1, 0, 30, tzinfo=NEW_YORK).timestamp()
    night = axis(5, start=start, step=1800, zone=NEW_YORK)
    words = [night.where(index) for index in range(5)]
    assert words == ["00:30", "01:00 EDT", "01:30 EDT", "01:00 EST", "01:30 EST"]
    assert night.zone_name() == "EDT/EST"
    assert night.words() == "00:30 EDT\u201301:30 EST"
    labels = [label.words for label in axis(5, start=start, step=3600, zone=NEW_YORK).labels()]
    assert labels == ["01:00 EDT", "01:00 EST", "02:00", "03:00"]
    week = axis(7 * 24, start=start - 86400 * 3, step=3600, zone=NEW_YORK)
    assert len({week.where(index) for index in range(week.size)}) == week.size
    assert axis(3, start=start - 86400, step=3600, zone=NEW_YORK).words() == "00:30\u201302:30 EDT"


def test_columns_of_few_samples_are_around_each():
    assert widths_of(axis(3)) == ([0, 1, 2], [25, 50, 25])
    assert widths_of(axis(2)) == ([0, 1], [50, 50])
    assert list(axis(1).columns()[0]) == [0]
    assert widths_of(at(0, 10, 40, every=100)) == ([0, 1, 2], [12.5, 50, 37.5])
    assert widths_of(axis(2, now=TEN + 600)) == ([0, 1], [5, 95])


@pytest.mark.parametrize("size", [*range(2, 70), 100, 119, 120, 121, 122, 123, 239, 240, 241, 299, 300, 301, 999, 5000])
@pytest.mark.parametrize("most", [2, 10, 30, 59, 60])
def test_there_are_never_too_many_columns(size, most):
    for shift in range(0, 40, 3):
        picked, widths = axis(size, start=TEN + 60 * shift).columns(most)
        assert len(picked) <= MAX_COLUMNS
        assert len(picked) <= most + 1 or size <= most * 2
        assert (picked[0], picked[-1]) == (0, size - 1)
        assert list(picked) == sorted(set(picked))
        assert set(widths) == {0, len(picked) - 1}
        assert min(float(width[:-1]) for width in widths.values()) > 0
    assert len(at(*range(size)).columns(most)[0]) <= most


def test_columns_are_counted_from_the_epoch():
    picked = [axis(300, start=TEN + 60 * i).columns()[0] for i in range(5)]
    times = [{TEN + 60 * i + 60 * index for index in time[1:-1]} for i, time in enumerate(picked)]
    assert all(len(a ^ b) <= 2 for a, b in pairwise(times))


def test_tooltip_has_a_cell_for_each_sample():
    indices = []
    html = axis(3).tooltip_html(lambda index: indices.append(index) or "<a>x</a>")
    assert indices == [0, 1, 2]
    assert len(list(classes(parsed(safe(html)), "chart-tooltip")[0].iter("td"))) == 3


@settings(deadline=None)
@given(
    st.integers(1, 1000),
    st.floats(0, 3e9),
    st.floats(0.001, 1e6),
    st.none() | st.floats(0, 3e9),
    st.sampled_from(ZONES),
    st.sampled_from(["en", "de"]),
    st.integers(2, 60),
)
def test_any_axis(size, start, step, now, zone, locale, most):
    drawn_axis = axis(size, start, step, zone, locale, now=now)
    places = [drawn_axis.x(i) for i in range(size)]
    assert places == sorted(places)
    assert -1e-9 <= places[0] <= places[-1] <= 100 + 1e-9
    labels = drawn_axis.labels()
    assert labels
    assert [label.at for label in labels] == sorted(label.at for label in labels)
    assert all(0 <= label.at <= 1 and label.words for label in labels)
    parsed(safe(drawn_axis.labels_html()))
    assert len(drawn_axis.cells()) == size
    picked, widths = widths_of(drawn_axis, most)
    assert sum(widths) == pytest.approx(100, abs=0.01 * len(widths) + 0.02)
    assert min(widths) >= -0.011
    edges = [sum(widths[:i]) for i in range(len(widths) + 1)]
    if size > 1:
        for index, (left, right) in zip(picked, pairwise(edges), strict=True):
            assert left - 0.7 <= places[index] <= right + 0.7, "a column is where its sample is"


@settings(deadline=None)
@given(st.lists(st.floats(0, 2e9).map(lambda v: round(v, 3)), min_size=2, max_size=200), st.integers(2, 60))
def test_any_times(times, most):
    drawn_axis = at(*sorted(times))
    places = [drawn_axis.x(i) for i in range(len(times))]
    assert places == sorted(places)
    assert 0 <= places[0] <= places[-1] <= 100 + 1e-9
    assert drawn_axis.step > 0
    picked, widths = widths_of(drawn_axis, most)
    assert len(picked) <= most
    assert (picked[0], picked[-1]) == (0, len(times) - 1)
    assert sum(widths) == pytest.approx(100, abs=0.01 * len(widths))


def test_the_interval_from_edge_to_edge():
    assert axis(5).interval() == f"{TEN:.0f}/{TEN + 240:.0f}"
    assert at(TEN, TEN + 0.25).interval() == f"{TEN:.0f}/{TEN + 0.25}"
    assert at(TEN, TEN + 60, every=60, now=TEN + 600).interval() == f"{TEN:.0f}/{TEN + 600:.0f}", "with what is late"
    assert axis(1).interval() == axis(0).interval() == "", "no time lies between the edges"
