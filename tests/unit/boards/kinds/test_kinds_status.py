"""Which state each series is in, since when, and how its days were."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from boards.models import Board, Panel
from boards.panels import draw
from tests.unit.boards.conftest import THEN

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


STATES = "0 = Down, bad\n1 = Up, ok\n2 = Slow, warn"


def drawn_items(panel: Panel, calls: list[dict[str, Any]]) -> list[Any]:
    draw(panel)
    return list(calls[-1]["it"])


def test_a_status_says_the_word_or_the_number(make_panel: Make, points: Make, asked: Make) -> None:
    points("api", [0.0])
    points("web", [7.0])
    calls = asked("status")
    api, web, none = drawn_items(make_panel("api", "web", "none", kind="status", states=STATES, unit="ms"), calls)
    assert (api.label, api.level, api.word, api.detail) == ("Api", "bad", "Down", "")
    assert (web.level, web.word) == ("off", "Unknown")
    assert web.detail == "7\u202fms"
    assert (none.level, none.word, none.since) == ("off", "No data", "")
    (cpu,) = drawn_items(make_panel("web", kind="status", warn_at=5.0, unit="%"), calls)
    assert (cpu.level, cpu.word, cpu.detail) == ("warn", "Warning", "7\u202f%")


def test_a_status_says_since_when(make_panel: Make, points: Make, asked: Make) -> None:
    Board.objects.update(time_zone="Europe/Berlin")
    calls = asked("status")
    panel = Panel.objects.get(pk=make_panel("api", kind="status", states=STATES, window=3600).pk)
    points("api", [1.0] * 30 + [0.0] * 30, every=60)
    assert drawn_items(panel, calls)[0].since == "since 11:30"
    points("api", [0.0] * 60, every=60, at=THEN + timedelta(hours=1))
    assert drawn_items(panel, calls)[0].since == "for more than 1 h"
    points("api", [1.0], at=THEN + timedelta(hours=2))
    (api,) = drawn_items(panel, calls)
    assert (api.word, api.since) == ("Up", "since 13:00")


def test_what_was_worse_in_the_same_bucket_is_over(make_panel: Make, points: Make, asked: Make) -> None:
    points("api", [1.0] * 100, every=1000)
    points("api", [0.0, 1.0], at=THEN + timedelta(seconds=99_300), every=100)
    calls = asked("status")
    (api,) = drawn_items(make_panel("api", kind="status", states=STATES, window=86400), calls)
    assert (api.word, api.since) == ("Up", "since 13:36")


def test_a_state_that_began_a_day_ago_has_its_date(make_panel: Make, points: Make, asked: Make) -> None:
    points("api", [1.0] * 24 + [0.0] * 48, every=3600)
    calls = asked("status")
    (api,) = drawn_items(make_panel("api", kind="status", states=STATES, window=3 * 86400), calls)
    assert api.since == "since Feb 1 10:00"


def test_of_late_data_nobody_knows_whether_it_is_fine(make_panel: Make, points: Make, asked: Make, at: Make) -> None:
    panel = make_panel("api", "db", kind="status", states=STATES, interval=60.0)
    points("api", [1.0])
    points("db", [1.0, 1.0, 1.0], every=60)
    calls = asked("status")
    at(THEN + timedelta(seconds=140))
    assert [each.word for each in drawn_items(panel, calls)] == ["Up", "Up"]
    at(THEN + timedelta(seconds=150))
    api, db = drawn_items(panel, calls)
    assert (api.level, api.word, api.since, db.word) == ("off", "Late", "since 10:00", "Up")
    found = draw(panel)
    assert (found["state"], found["note"]) == ("", ""), "each says it for itself"
    assert found["next_change"] == THEN + timedelta(seconds=270)
    at(THEN + timedelta(seconds=270))
    assert [each.word for each in drawn_items(panel, calls)] == ["Late", "Late"]
    assert draw(panel)["state"] == "stale"


def test_ninety_days_come_to_the_chart(make_panel: Make, points: Make, asked: Make, at: Make) -> None:
    at(THEN)
    points("api", [1.0])
    calls = asked("status")
    (api,) = drawn_items(make_panel("api", kind="status", history_days=90), calls)
    assert api.days == (None,) * 89 + ("ok",)


def test_a_status_says_the_text_of_a_state(make_panel: Make, points: Make, asked: Make) -> None:
    points("api", ["up", "down"])
    points("lamp", [True])
    points("door", ["closed", "open"])
    calls = asked("status")
    panel = make_panel("api", "lamp", "door", kind="status", states="open = Open, warn", unit="ms")
    assert [(item.level, item.word, item.detail) for item in drawn_items(panel, calls)] == [
        ("bad", "down", ""),
        ("off", "true", ""),
        ("warn", "Open", ""),
    ]
