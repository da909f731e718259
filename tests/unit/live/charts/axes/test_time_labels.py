"""The labels below a time axis."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from live.charts.axes.time import time_axis
from live.charts.output.html import safe
from tests.unit.live.charts.markup import classes, labels_below, parsed

BERLIN = ZoneInfo("Europe/Berlin")
HAVANA = ZoneInfo("America/Havana")
TEN = datetime(2026, 11, 29, 10, tzinfo=UTC).timestamp()


def axis(size, start=TEN, step=60, zone=UTC, locale="en", **options):
    return time_axis(size, start=start, step=step, zone=zone, locale=locale, **options)


def test_there_is_always_a_label():
    drawn_axis = axis(2, start=1, step=7)
    assert [(label.at, label.words, label.names) for label in drawn_axis.labels()] == [(0, "00:00:01", "first")]


def test_labels_near_an_edge_are_anchored_inside():
    names = [label.names.split() for label in axis(20, step=2).labels()]
    assert "first" in names[0]
    assert "last" not in names[0]
    assert all({"first", "last"}.isdisjoint(ranks) for ranks in names[1:-1])


def test_labels_as_html_are_placed_from_the_first():
    drawn_axis = axis(100, start=TEN + 7)
    shown = labels_below(parsed(safe(drawn_axis.labels_html())))
    assert shown == [(pytest.approx(100 * label.at, abs=0.06), label.words) for label in drawn_axis.labels()]
    (row,) = classes(parsed(safe(drawn_axis.labels_html())), "chart-x")
    names = {
        element.text: f"{group.attrib.get('class', '') if group.tag == 'g' else ''} {element.attrib.get('class', '')}"
        for group in row[0]
        for element in group.iter("text")
    }
    assert {words: set(ranks.split()) for words, ranks in names.items()} == {
        label.words: set(label.names.split()) for label in drawn_axis.labels()
    }


def test_the_next_frame_moves_one_number_of_the_labels():
    one, two = axis(300, start=TEN + 600).labels_html(), axis(300, start=TEN + 660).labels_html()
    parts = [html.split(">", 2) for html in (one, two)]
    assert parts[0][1] != parts[1][1]
    assert parts[0][2] == parts[1][2]


def test_few_labels_each_stay_longer_on_a_narrow_tile():
    few, many = axis(5).labels(), axis(10).labels()
    assert len(few) == 5
    assert not [label for label in few if "odd" in label.names.split()]
    assert [label for label in many if "odd" in label.names.split()]


def labels(start, zone, size, step):
    return [
        (label.words, *label.names.split())
        for label in axis(size, start=start.replace(tzinfo=zone).timestamp(), step=step, zone=zone).labels()
    ]


def test_of_an_hour_that_comes_twice_the_second_names_its_zone_and_the_first_goes_earlier():
    assert labels(datetime(2026, 10, 25), BERLIN, 24, 900) == [
        ("Sun 25", "day", "first"),
        ("01:00", "odd"),
        ("02:00", "odd"),
        ("02:00 CET", "half"),
        ("03:00", "odd"),
        ("04:00",),
    ]
    assert labels(datetime(2026, 10, 25, 1), BERLIN, 14, 900) == [
        ("01:00", "half", "first"),
        ("01:30", "odd"),
        ("02:00", "half"),
        ("02:30", "odd"),
        ("02:00 CET",),
        ("02:30", "odd"),
        ("03:00", "half"),
    ]
    # Also where nothing else is seen.
    assert [words for words, *_ in labels(datetime(2026, 10, 25, 2), BERLIN, 4, 900)][:2] == ["02:00 CEST", "02:15"]


def test_ticks_further_apart_than_the_hour_that_comes_twice_have_one_label_of_it():
    words = [words for words, *_ in labels(datetime(2026, 10, 25), BERLIN, 40, 900)]
    assert words == ["Sun 25", "02:00 CEST", "04:00", "06:00", "08:00"]
    on_clock = [words for words, *_ in labels(datetime(2026, 10, 25), BERLIN, 8, 7200)]
    assert on_clock[:3] == ["Sun 25", "02:00 CEST", "04:00"]


def test_a_midnight_that_comes_twice_is_named_once():
    words = [words for words, *_ in labels(datetime(2026, 10, 31, 12), HAVANA, 100, 900)]
    assert words[3:6] == ["21:00", "Sun 1", "03:00"]
