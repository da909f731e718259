"""From a value to a state: the table that is written in the admin, and the limits."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from boards.states import LEVELS, MAX_STATES, State, StateRules, Thresholds, check_states, parse

TABLE = "0 = Down, bad\n\n 1 = Up, ok\n2 = Slow, very slow, warn\n-1.5e1=Asleep,OFF\n half open = Ajar, warn"


@pytest.mark.parametrize(
    ("limits", "value", "level"),
    [
        (Thresholds(), 5, None),
        (Thresholds(10, 20), 9.9, "ok"),
        (Thresholds(10, 20), 10, "warn"),
        (Thresholds(10, 20), 20, "bad"),
        (Thresholds(None, 20), 19, "ok"),
        (Thresholds(10, None), 1e9, "warn"),
        (Thresholds(20, 10, below=True), 20.1, "ok"),
        (Thresholds(20, 10, below=True), 20, "warn"),
        (Thresholds(20, 10, below=True), 10, "bad"),
        (Thresholds(None, 0.0, below=True), 0.0, "bad"),
        (Thresholds(None, 0.0), -1, "ok"),
    ],
)
def test_how_bad_a_value_is(limits: Thresholds, value: float, level: str | None) -> None:
    assert limits.level(value) == level


def test_a_table_of_states() -> None:
    assert parse(TABLE) == (
        {
            0.0: State("Down", "bad"),
            1.0: State("Up", "ok"),
            2.0: State("Slow, very slow", "warn"),
            -15.0: State("Asleep", "off"),
            "half open": State("Ajar", "warn"),
        },
        [],
    )
    assert parse("") == ({}, [])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("0 = Down, bad\nno table", "Line 2: it must look like “0 = Down, bad”."),
        ("0 = Down", "Line 1: it must look like “0 = Down, bad”."),
        ("0 = , bad", "Line 1: it must look like “0 = Down, bad”."),
        ("\n\n = Down, bad", "Line 3: it must look like “0 = Down, bad”."),
        ("open = Open, ok\nopen = Shut, bad", "Line 2: the value open is there twice."),
        ("0 = Down, red", "Line 1: the level must be ok, warn, bad or off, not “red”."),
        ("0 = Down, bad\n0.0 = Up, ok", "Line 2: the value 0 is there twice."),
        (f"0 = {'x' * 41}, bad", "Line 1: a word has 40 characters at most."),
    ],
)
def test_a_line_that_is_no_state_is_named_with_the_reason(text: str, wrong: str) -> None:
    with pytest.raises(ValidationError) as refused:
        check_states(text)
    assert refused.value.messages == [wrong]


def test_every_wrong_line_is_named_and_the_others_count_all_the_same() -> None:
    found, wrong = parse("a\n1 = Up, ok\nb")
    assert found == {1.0: State("Up", "ok")}
    assert [each[:7] for each in wrong] == ["Line 1:", "Line 3:"]


def test_there_are_not_any_number_of_states() -> None:
    assert parse("\n".join(f"{n} = W{n}, ok" for n in range(MAX_STATES)))[1] == []
    assert "20 states at most" in parse("\n".join(f"{n} = W{n}, ok" for n in range(MAX_STATES + 1)))[1][0]


def test_what_the_table_does_not_name_is_judged_by_the_limits_or_unknown() -> None:
    table, _wrong = parse(TABLE)
    assert StateRules(table, Thresholds()).of(7) == State("Unknown", "off")
    assert StateRules(table, Thresholds(5)).of(7) == State("Warning", "warn")
    assert StateRules(table, Thresholds(5)).of(3) == State("OK", "ok")
    assert StateRules({}, Thresholds()).of(7) == State("OK", "ok")
    assert StateRules({}, Thresholds(5)).of(7) == State("Warning", "warn")
    assert StateRules(table, Thresholds(0)).of(1) == State("Up", "ok"), "the table first"


def test_states_are_ranked_from_mild_to_bad() -> None:
    judge = StateRules(parse(TABLE)[0], Thresholds(5, 6))
    assert [LEVELS.index(state.level) for state in judge.ranked] == sorted(
        LEVELS.index(state.level) for state in judge.ranked
    )
    assert len(set(judge.ranked)) == len(judge.ranked)


@pytest.mark.parametrize(("values", "level"), [([1, 2], "warn"), ([1, 0, 2], "bad"), ([1], "ok"), ([9, 1], "off")])
def test_the_worst_of_several_values(values: list[float], level: str) -> None:
    table = parse("0 = Down, bad\n1 = Up, ok\n2 = Slow, warn")[0]
    assert StateRules(table, Thresholds()).worst(values).level == level


@given(st.text(max_size=200))
def test_any_text_is_a_table_or_says_why_not(text: str) -> None:
    found, wrong = parse(text)
    assert len(found) + len(wrong) <= len([line for line in text.splitlines() if line.strip()])
    assert all(state.level in LEVELS and state.word for state in found.values())
