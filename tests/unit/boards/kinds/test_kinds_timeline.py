"""State timelines."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from boards.panels import draw
from series.samples import Sample
from series.storage.write import write
from tests.unit.boards.conftest import THEN

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


STATES = "0 = Down, bad\n1 = Up, ok\n2 = Slow, warn"


DAY = timedelta(days=1)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the clock."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def rows(call: dict[str, Any]) -> dict[str, list[tuple[float, float, str, str]]]:
    """The spans of a timeline in seconds after THEN."""
    then = THEN.timestamp()
    return {
        name: [(span.start - then, span.end - then, span.level, span.word) for span in spans]
        for name, spans in call["it"].items()
    }


def test_a_timeline_has_a_span_for_each_state(make_panel: Make, points: Make, asked: Make) -> None:
    points("api", [1.0, 1.0, 0.0, 0.0, 0.0, 2.0, 1.0, 1.0])
    points("db", [1.0] * 8)
    calls = asked("timeline")
    draw(make_panel("api", "db", kind="timeline", window=8, states=STATES))
    assert rows(calls[0]) == {
        "Api": [(0, 2, "ok", "Up"), (2, 5, "bad", "Down"), (5, 6, "warn", "Slow"), (6, 8, "ok", "Up")],
        "Db": [(0, 8, "ok", "Up")],
    }
    assert (calls[0]["start"], calls[0]["end"]) == (THEN.timestamp(), THEN.timestamp() + 8)


def test_without_a_table_the_limits_decide(make_panel: Make, points: Make, asked: Make) -> None:
    points("cpu", [10.0, 85.0, 96.0, 10.0])
    calls = asked("timeline")
    draw(make_panel("cpu", kind="timeline", window=4, warn_at=80.0, bad_at=95.0))
    draw(make_panel("cpu", kind="timeline", window=4, warn_at=80.0, bad_at=20.0, good="up"))
    assert [each[2:] for each in rows(calls[0])["Cpu"]] == [
        ("ok", "OK"),
        ("warn", "Warning"),
        ("bad", "Critical"),
        ("ok", "OK"),
    ]
    assert [each[2] for each in rows(calls[1])["Cpu"]] == ["bad", "ok", "bad"]


def test_a_state_lasts_until_the_next_sample_and_a_gap_is_one(make_panel: Make, points: Make, asked: Make) -> None:
    points("api", [1.0, 1.0, 0.0, None, None, None, None, 1.0, 1.0], every=10)
    calls = asked("timeline")
    draw(make_panel("api", kind="timeline", window=85, states=STATES))
    assert rows(calls[0]) == {"Api": [(-4, 20, "ok", "Up"), (20, 30, "bad", "Down"), (70, 81, "ok", "Up")]}


def test_one_bad_second_is_seen_in_the_bucket_of_a_week(make_panel: Make, points: Make, asked: Make) -> None:
    points("api", [1.0] * 50, every=3 * 3600)
    points("api", [0.0], at=THEN + timedelta(hours=31, seconds=7))
    calls = asked("timeline")
    draw(make_panel("api", kind="timeline", window=7 * 86400, states=STATES))
    (spans,) = rows(calls[0]).values()
    assert [each[2] for each in spans] == ["ok", "bad", "ok"]
    assert spans[1][0] <= 31 * 3600 + 7 < spans[1][1]


def test_a_late_timeline_is_hatched(make_panel: Make, points: Make, asked: Make, at: Make) -> None:
    points("api", [1.0] * 300)
    last = THEN + timedelta(seconds=299)
    calls = asked("timeline")
    panel = make_panel("api", kind="timeline", states=STATES, interval=1.0)
    at(last)
    draw(panel)
    assert calls[0]["now"] is None
    at(last + DAY)
    assert draw(panel)["state"] == "stale"
    assert calls[1]["now"] == last.timestamp() + 75


def test_states_have_their_texts_without_a_table(make_panel: Make, points: Make, asked: Make) -> None:
    points("api", ["up", "up", "down", "limping"])
    calls = asked("timeline")
    draw(make_panel("api", kind="timeline", window=4))
    draw(make_panel("api", kind="timeline", window=4, states="limping = Slow, warn"))
    assert [rows(call)["Api"] for call in calls] == [
        [(0, 2, "ok", "up"), (2, 3, "bad", "down"), (3, 4, *last)] for last in (("s1", "limping"), ("warn", "Slow"))
    ]


def test_words_of_which_nobody_knows_how_bad_they_are_are_told_apart(make_panel: Make, asked: Make) -> None:
    texts = {"door": ["open", "open", "closed", "up", "ajar"], "gate": ["closed", "closed", "open", "open", "open"]}
    write(
        Sample(name, {}, THEN + timedelta(seconds=second), text)
        for name, words in texts.items()
        for second, text in enumerate(words)
    )
    calls = asked("timeline")
    draw(make_panel("door", "gate", kind="timeline", window=5, states="ajar = Ajar, off"))
    assert [each[2:] for each in rows(calls[0])["Door"]] == [
        ("s2", "open"),
        ("s1", "closed"),
        ("ok", "up"),
        ("off", "Ajar"),
    ], "and what somebody has called off is grey"
    assert [each[2:] for each in rows(calls[0])["Gate"]] == [("s1", "closed"), ("s2", "open")]
