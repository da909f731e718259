"""What a series holds: numbers, exactly, or states, each of which has a text."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from live.api import Refused
from series.models import Hour, Latest, Point, Series, StateText
from series.samples import Sample, SampleError
from series.storage.delete import delete
from series.storage.query import latest, latest_before
from series.storage.states import TypeConflict, texts_of
from series.storage.write import Batch, Written, write, write_together
from series.values import OTHER_CODE, FixedState, Value
from tests.unit.series.sending import states

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
BEYOND = 2**53 + 1  # the first integer that no float is equal to
UP = FixedState(("down", "up"), 1)


def sample(value: Value, second: int = 0, name: str = "door") -> Sample:
    return Sample(name, {}, NOON + timedelta(seconds=second), value)


def stored(name: str = "door") -> list[Any]:
    """The values of a series as they were sent, by time."""
    series = Series.objects.get(name=name)
    texts = texts_of([series.pk]).get(series.pk, {})
    points = Point.objects.filter(series=series).order_by("time").values_list("value", "exact")
    return [texts.get(value, value if exact is None else exact) for value, exact in points]


class TestIntegers:
    @pytest.mark.parametrize("number", [BEYOND, -BEYOND, 2**63 - 1, 1 - 2**63])
    def test_are_exact(self, number: int) -> None:
        write([sample(number)])
        (series,) = Series.objects.all()
        point = Point.objects.get()
        assert (point.value, point.exact, str(point)) == (float(number), number, f"{number} at {NOON}")
        assert latest([series.pk]) == latest_before([series.pk], NOON) == {series.pk: (NOON, number)}
        assert Hour.objects.get().last == float(number)

    @pytest.mark.parametrize("number", [0, 5, -(2**53), BEYOND + 1, 2**63, 2**64])
    def test_are_floats_where_these_are_equal_or_64_bits_are_not_enough(self, number: int) -> None:
        write([sample(number)])
        assert (Point.objects.get().exact, stored()) == (None, [float(number)])

    def test_what_differs_by_one_is_replaced(self) -> None:
        for number in (BEYOND, BEYOND - 1, BEYOND, 1, 2**63 - 1, 2**63 - 2):
            write([sample(number)])
            assert stored() == [number]
            assert Latest.objects.get().exact == (None if number in (1, BEYOND - 1) else number)
        assert Hour.objects.get().count == 1

    def test_the_newest_that_is_left_is_exact(self) -> None:
        write([sample(BEYOND), sample(7, 1)])
        (series,) = Series.objects.all()
        delete([series.pk], start=NOON + timedelta(seconds=1))
        assert latest([series.pk]) == {series.pk: (NOON, BEYOND)}


class TestTexts:
    def test_have_codes_in_the_order_of_their_arrival(self) -> None:
        write([sample("open"), sample("closed", 1), sample("open", 2)])
        write([sample("ajar", 3), sample("closed", 4)])
        assert list(Point.objects.order_by("time").values_list("value", flat=True)) == [0, 1, 0, 2, 1]
        assert states() == {"door": ["open", "closed", "ajar"]}
        assert Hour.objects.get().seen == 0b111

    def test_beyond_the_first_62_have_one_code_and_the_newest_of_them_is_known(self) -> None:
        write([sample(f"text {number}", number) for number in range(64)])
        write([sample("text 64", 63), sample("text 65", 62), sample("text 5", 70)])
        write([sample("too old", 63)])
        texts = dict(StateText.objects.values_list("code", "text"))
        assert texts.pop(OTHER_CODE) == "text 63"
        assert texts == {number: f"text {number}" for number in range(62)}
        write([sample("text 66", 71)])
        assert StateText.objects.get(code=OTHER_CODE).text == "text 66"
        assert [value for value in stored() if value == "text 66"] == ["text 66"] * 3
        assert Hour.objects.get().seen == (1 << 63) - 1

    def test_true_and_false_are_two_of_a_fixed_set(self) -> None:
        write([sample(True), sample(False, 1), sample(True, 2), sample(True, 3)])
        assert states() == {"door": ["false", "true"]}
        hour = Hour.objects.get()
        assert hour.sum / hour.count == 0.75

    def test_of_a_fixed_set_have_its_codes(self) -> None:
        write([sample(UP)])
        assert (states(), stored()) == ({"door": ["down", "up"]}, ["up"])

    def test_go_with_their_series(self) -> None:
        write([sample("open"), sample("on", name="lamp")])
        Series.objects.get(name="door").delete()
        assert states() == {"lamp": ["on"]}
        write([sample(5)])
        assert stored() == [5]

    @pytest.mark.parametrize("text", ["x" * 201, "a\nb", "\0", "\ud800"])
    def test_are_as_labels_are(self, text: str) -> None:
        with pytest.raises(SampleError) as refused:
            sample(text)
        assert refused.value.field == "value"


class TestConflict:
    @pytest.mark.parametrize(
        ("first", "then", "message"),
        [
            (1.5, "open", "The series 'door' holds numbers; this is a text."),
            ("open", 1.5, "The series 'door' holds texts; this is a number."),
            ("open", BEYOND, "The series 'door' holds texts; this is a number."),
            (True, "maybe", "The series 'door' holds false, true (0 to 1); this is a text."),
            (True, 2.0, "The series 'door' holds false, true (0 to 1); this is a number."),
            (True, 0.5, "The series 'door' holds false, true (0 to 1); this is a number."),
            (True, UP, "The series 'door' holds false, true (0 to 1); this is a state."),
        ],
    )
    def test_nothing_of_it_is_written(self, first: Value, then: Value, message: str) -> None:
        for samples in ([sample(first), sample(then, 1)], [sample(1, name="other"), sample(first), sample(then, 1)]):
            with pytest.raises(TypeConflict, match=message.replace("(", r"\(").replace(")", r"\)")):
                write(samples)
            assert not Series.objects.exists()
        write([sample(first)])
        with pytest.raises(TypeConflict) as refused:
            write([sample(2, name="other"), sample(then, 1)])
        ((conflict),) = refused.value.conflicts.values()
        assert (str(conflict), conflict.index) == (message, 1)
        assert Series.objects.get().name == "door" and Point.objects.count() == 1

    @pytest.mark.parametrize(
        ("first", "then", "held"),
        [
            (1.5, True, 1),
            (1.5, UP, 1),
            ("open", True, "true"),
            ("open", UP, "up"),
            (True, 0, "false"),
            (True, "false", "false"),
            (UP, 1.0, "up"),
        ],
    )
    def test_a_fixed_state_is_what_the_series_holds(self, first: Value, then: Value, held: Any) -> None:
        write([sample(first), sample(then, 1)])
        assert stored()[1] == held
        write([sample(then, 2)])
        assert stored()[2] == held

    @pytest.mark.parametrize("value", ["open", True])
    def test_a_series_without_points_holds_what_comes_first(self, value: Value) -> None:
        Series.objects.create(name="door")
        write([sample(value)])
        assert stored() == ["open" if value == "open" else "true"]
        with pytest.raises(TypeConflict):
            write([sample(7)])
        Series.objects.create(name="lamp")
        first, second = write_together([Batch([sample(5, name="lamp")]), Batch([sample("on", name="lamp")])])
        assert first == Written(1) and isinstance(second, TypeConflict)

    def test_what_was_refused_decides_nothing(self) -> None:
        Series.objects.create(name="door")

        def refuse() -> None:
            raise Refused(400, "no", "No.")

        first, second = write_together([Batch([sample(5)], also=refuse), Batch([sample("open")])])
        assert isinstance(first, Refused)
        assert (second, stored()) == (Written(1), ["open"])

    def test_one_batch_does_not_keep_the_others_from_being_written(self) -> None:
        batches = [Batch([sample("open")]), Batch([sample(5, 1), sample(5, 1, "other")]), Batch([sample("closed", 2)])]
        first, second, third = write_together(batches)
        assert (first, third) == (Written(1), Written(1))
        assert isinstance(second, TypeConflict)
        assert (stored(), Series.objects.count()) == (["open", "closed"], 1)


def test_texts_take_one_query_for_all_series_and_numbers_none(
    django_assert_num_queries: Any,
) -> None:
    def queries(samples: list[Sample]) -> int:
        write(samples)
        with CaptureQueriesContext(transaction.get_connection()) as queries:
            write(samples)
        return sum("statetext" in query["sql"] for query in queries)

    assert queries([sample(1, name=f"n{number}") for number in range(5)]) == 0
    assert queries([sample(f"text {number}", name=f"t{number}") for number in range(5)]) == 1


VALUES = (
    st.integers(-(2**63), 2**63 - 1)
    | st.sampled_from([0, 1, BEYOND, BEYOND + 1])
    | st.floats(-1e300, 1e300)
    | st.booleans()
    | st.sampled_from(["open", "closed", "true", "false", ""])
    | st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20)
)
POINTS = st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 5), VALUES), min_size=1, max_size=5)


@given(st.lists(POINTS, max_size=12))
def test_what_was_acknowledged_is_read_back_exactly(batches: list[Any]) -> None:
    with transaction.atomic():
        sent: dict[str, dict[int, Any]] = {}
        for batch in batches:
            try:
                write([sample(value, second, name) for name, second, value in batch])
            except TypeConflict:
                continue
            for name, second, value in batch:
                sent.setdefault(name, {})[second] = value
        for name, values in sent.items():
            (series,) = Series.objects.filter(name=name)
            expected = [values[second] for second in sorted(values)]
            is_of_numbers = series.value_type == "number"
            assert stored(name) == [_read_back(value, series) for value in expected]
            number = latest([series.pk])[series.pk][1]
            newest = number if is_of_numbers else texts_of([series.pk])[series.pk][number]
            assert newest == _read_back(values[max(values)], series)
        transaction.set_rollback(True)


def _read_back(value: Any, series: Series) -> Any:
    if series.value_type == "number":
        return value
    if isinstance(value, bool) or (series.value_type == "fixed" and not isinstance(value, str)):
        return ["false", "true"][int(value)]
    return value
