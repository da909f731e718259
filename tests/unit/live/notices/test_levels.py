"""Levels: those of messages, by name, tag and number."""

import pytest

from live.notices import levels


@pytest.mark.parametrize(
    ("level", "number"), [("debug", 10), ("info", 20), ("success", 25), ("warning", 30), ("error", 40), (35, 35)]
)
def test_levels_are_those_of_messages(level: str | int, number: int) -> None:
    assert levels.level_number(level) == number


@pytest.mark.parametrize("level", ["loud", "", 0, -1, 40000, True, None])
def test_what_is_no_level_is_said(level: object) -> None:
    with pytest.raises(ValueError, match="is no level; there are: debug, info, success, warning, error"):
        levels.level_number(level)  # type: ignore[arg-type]


def test_a_level_of_ones_own(settings: object) -> None:
    settings.MESSAGE_TAGS = {45: "siren", 20: "note"}  # type: ignore[attr-defined]
    assert levels.level_number("siren") == 45 and levels.level_number("note") == levels.level_number("info") == 20
    assert levels.tag(45) == "siren" and levels.tag(20) == "note" and levels.tag(7) == ""


def test_errors_and_worse_are_urgent() -> None:
    assert [level for level in (10, 30, 39, 40, 45) if levels.urgent(level)] == [40, 45]
