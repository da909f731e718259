"""The links above a board: the ranges, and the arrows to the stretch beside the one that is shown."""

from datetime import UTC, datetime

import pytest

from boards.models import Board
from boards.range_bar import bar
from boards.ranges import View

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def test_a_range_that_is_always_in_sight_is_marked_there() -> None:
    shown = bar(Board(), View("24h"), NOW)
    assert [link.words for link in shown.ranges] == ["1 h", "6 h", "24 h", "7 d", "30 d"]
    assert [link.words for link in shown.ranges if link.is_current] == ["24 h"]
    assert shown.custom == ""


def test_the_boards_own_range_is_marked_where_the_address_has_none() -> None:
    shown = bar(Board(range="24h"), View(), NOW)
    assert [link.words for link in shown.ranges if link.is_current] == ["24 h"]
    shown = bar(Board(range="24h"), View("6h"), NOW)
    assert [link.words for link in shown.ranges if link.is_current] == ["6 h"]


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (View(), ""),
        (View("15min"), "15 min"),
        (View("today"), "Today"),
        (View("2h"), "2 h"),
        (View("2026-11-25T00:00:00Z/2026-11-26T00:00:00Z"), "From … to"),
    ],
)
def test_another_one_is_named_where_one_chooses_it(view: View, words: str) -> None:
    shown = bar(Board(), view, NOW)
    assert shown.custom == words
    assert not any(link.is_current for link in shown.ranges)


def test_earlier_is_as_long_as_the_range_and_nothing_is_later_than_now() -> None:
    shown = bar(Board(), View("6h"), NOW)
    assert shown.earlier.words == "6 h earlier"
    assert shown.earlier.query == "?range=6h&at=2026-11-27T06:00:00Z"
    assert shown.later is None
    back = bar(Board(), View("6h", "2026-11-27T00:00:00Z"), NOW)
    assert back.later is not None
    assert (back.later.words, back.later.query) == ("6 h later", "?range=6h&at=2026-11-27T06:00:00Z")
    nearly = bar(Board(), View("6h", "2026-11-27T09:00:00Z"), NOW)
    assert nearly.later is not None and nearly.later.query == "?range=6h"


def test_without_a_range_the_arrows_go_an_hour() -> None:
    assert bar(Board(), View(), NOW).earlier.query == "?at=2026-11-27T11:00:00Z"


def test_the_arrows_go_to_whole_seconds() -> None:
    assert bar(Board(), View(at="2026-11-27T10:00:00.250Z"), NOW).earlier.query == "?at=2026-11-27T09:00:00Z"


def test_both_ends_of_a_stretch_move() -> None:
    shown = bar(Board(), View("2026-11-25T00:00:00Z/2026-11-26T00:00:00Z", tz="Europe/Berlin"), NOW)
    assert shown.earlier.query == "?range=2026-11-24T00:00:00Z/2026-11-25T00:00:00Z&tz=Europe/Berlin"
    assert shown.later is not None
    assert shown.later.query == "?range=2026-11-26T00:00:00Z/2026-11-27T00:00:00Z&tz=Europe/Berlin"
