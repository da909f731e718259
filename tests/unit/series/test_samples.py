from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from series.samples import Sample, SampleError, identity_of

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
# Few characters, so that two random series often are nearly the same one.
text = st.text(alphabet="ab{},=\\", min_size=1, max_size=5)
labels = st.tuples(text, st.dictionaries(text, text, max_size=3))


def sample(**changes: object) -> Sample:
    return Sample(**{"name": "cpu", "tags": {}, "time": NOON, "value": 1.0, **changes})


def test_identity_is_name_and_sorted_tags() -> None:
    assert identity_of("cpu", {}) == "cpu"
    assert identity_of("cpu", {"host": "a", "core": "1"}) == "cpu{core=1,host=a}"
    assert identity_of("a{b=c}", {"x,y": "1=2"}) == r"a\{b\=c\}{x\,y=1\=2}"


@given(labels, labels)
@example(("a", {"b": "c,d=e"}), ("a", {"b": "c", "d": "e"}))
@example(("a{b=c}", {}), ("a", {"b": "c"}))
@example(("a", {"b": "\\", "c": "d"}), ("a", {"b": "\\,c=d"}))
def test_two_series_have_one_identity_only_if_they_are_the_same(one: tuple, other: tuple) -> None:
    assert (identity_of(*one) == identity_of(*other)) == (one == other)


def test_time_is_kept_in_utc() -> None:
    made = sample(time=datetime(2026, 1, 31, 13, tzinfo=timezone(timedelta(hours=1))))
    assert made.time == NOON
    assert made.time.tzinfo is UTC


@pytest.mark.parametrize("time", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC)])
def test_times_at_the_edge_are_taken(time: datetime) -> None:
    assert sample(time=time).time == time


@pytest.mark.parametrize("value", [0.0, -0.0, 5e-324, 1e300, -1e300])
def test_values_at_the_edge_are_taken(value: float) -> None:
    assert sample(value=value).value == value


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("series", {"name": ""}),
        ("series", {"name": "x" * 201}),
        ("series", {"name": "a\nb"}),
        ("series", {"name": "a\x00b"}),
        ("series", {"name": "\ud800"}),
        ("tags", {"tags": {"": "a"}}),
        ("tags", {"tags": {"a": "x" * 201}}),
        ("tags", {"tags": {"x" * 201: "a"}}),
        ("tags", {"tags": {"a": "\udfff"}}),
        ("tags", {"tags": {f"k{number}": "x" * 200 for number in range(10)}}),
        ("tags", {"tags": {f"k{number}": "é" * 200 for number in range(5)}}),
        ("time", {"time": datetime(2026, 1, 31)}),
        ("time", {"time": datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)}),
        ("time", {"time": datetime(2200, 1, 1, tzinfo=UTC)}),
        ("value", {"value": float("nan")}),
        ("value", {"value": float("inf")}),
        ("value", {"value": -float("inf")}),
        ("value", {"value": 1.1e300}),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_field(field: str, changes: dict[str, object]) -> None:
    with pytest.raises(SampleError) as caught:
        sample(**changes)
    assert caught.value.field == field
    assert "must" in str(caught.value)
