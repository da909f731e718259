"""Answers to queries, from values that a test made up."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from series.evaluation import MAX_COMBINED, Answer, Chosen, evaluate
from series.pauses import Numbers, lasting
from series.queries import Query, QueryError
from series.selectors import parse
from series.storage.reducers import Reducer

SERIES = {
    1: ("requests", {"host": "a", "code": "200"}),
    2: ("requests", {"host": "a", "code": "500"}),
    3: ("requests", {"host": "b", "code": "200"}),
    4: ("errors", {"host": "a"}),
    5: ("errors", {"host": "b"}),
    6: ("errors", {"host": "c"}),
}


def choose(selector: str) -> list[Chosen]:
    parsed = parse(selector)
    return [Chosen(pk, name, tags) for pk, (name, tags) in SERIES.items() if parsed.matches(name, tags)]


def ask(query: Query, values: Mapping[int, Numbers], *, most: int = 100) -> tuple[dict[str, Numbers], int]:
    """The answers by what they are called, and how many more there are."""

    def read(function: Reducer | None, ids: Sequence[int]) -> dict[int, Numbers]:
        assert function in (query.function, query.divided_by and query.divided_by.function)
        return {pk: values[pk] for pk in ids}

    answers, more = evaluate(query, choose, read, most=most)
    return {one.identity: one.values for one in answers}, more


VALUES: dict[int, Numbers] = {1: [10, 20], 2: [1, None], 3: [5, 0], 4: [2, 4], 5: [1, 1], 6: [7, 7]}


def test_a_selector_is_each_of_its_series() -> None:
    assert ask(Query("requests{host=a}"), VALUES) == (
        {"requests{code=200,host=a}": [10, 20], "requests{code=500,host=a}": [1, None]},
        0,
    )


def test_beyond_the_most_it_says_how_many_there_are() -> None:
    assert ask(Query("errors"), VALUES, most=2) == ({"errors{host=a}": [2, 4], "errors{host=b}": [1, 1]}, 1)


def test_series_with_the_same_tags_are_one() -> None:
    query = Query("requests", Reducer.COUNT, combine="sum", by=("host",))
    assert ask(query, VALUES) == ({"requests{host=a}": [11, 20], "requests{host=b}": [5, 0]}, 0)
    assert ask(query, VALUES, most=1) == ({"requests{host=a}": [11, 20]}, 1)


def test_without_tags_all_are_one() -> None:
    assert ask(Query("errors", combine="mean"), VALUES)[0] == {"errors": [10 / 3, 4]}


def test_a_tag_that_is_missing_is_one_of_its_own() -> None:
    assert ask(Query("errors", combine="sum", by=("zone",)), VALUES)[0] == {"errors": [10, 12]}


def test_one_is_divided_by_the_other_with_the_same_tags() -> None:
    query = Query(
        "errors", Reducer.SUM, divided_by=Query("requests", Reducer.SUM, combine="sum", by=("host",)), factor=100
    )
    # Nothing is divided by zero, and host c has no requests.
    assert ask(query, VALUES)[0] == {"errors{host=a}": [200 / 11, 20.0], "errors{host=b}": [20.0, None]}


def test_of_several_divisors_the_one_with_the_most_tags_counts() -> None:
    query = Query("requests{host=a}", divided_by=Query("errors"))
    assert ask(query, VALUES)[0]["requests{code=200,host=a}"] == [5, 5]


def test_it_is_scaled_and_moved() -> None:
    assert ask(Query("errors{host=a}", factor=1.8, offset=32), VALUES)[0] == {"errors{host=a}": [35.6, 39.2]}


def test_what_is_too_great_for_a_number_is_none() -> None:
    assert ask(Query("errors{host=a}", factor=1e300), {4: [1e300]})[0] == {"errors{host=a}": [None]}
    divided = Query("errors{host=a}", divided_by=Query("errors{host=b}", factor=0.5, combine="sum"))
    assert ask(divided, {4: [1e300], 5: [1e-300]})[0] == {"errors{host=a}": [None]}


def test_what_lasts_until_its_next_point_is_in_every_sum() -> None:
    """Two hosts that report each third bucket, one after the other: a sum of both is never that of one."""
    values: dict[int, Numbers] = {4: [1, None, None] * 4, 5: [None, 2, None] * 4, 6: [None] * 12}
    assert ask(Query("errors", combine="sum"), values)[0] == {"errors": [1, *[3.0] * 11]}
    amounts = Query("errors", Reducer.INCREASE, combine="sum")
    assert ask(amounts, values)[0] == {"errors": [1, 2, None] * 4}, "an amount is that of its bucket"


def test_a_divisor_lasts_as_its_own_function_does() -> None:
    values: dict[int, Numbers] = {4: [6, 6, 6, 6], 5: [None, 2, None, 2]}
    of_amounts = Query("errors{host=a}", divided_by=Query("errors{host=b}", Reducer.COUNT, combine="sum"))
    assert ask(of_amounts, values)[0] == {"errors{host=a}": [None, 3, None, 3]}
    of_means = Query("errors{host=a}", Reducer.COUNT, divided_by=Query("errors{host=b}", combine="sum"))
    assert ask(of_means, values)[0] == {"errors{host=a}": [None, 3, 3, 3]}


def test_a_sum_that_is_too_great_for_a_number_is_none() -> None:
    assert ask(Query("errors", combine="sum"), {4: [1e308], 5: [1e308], 6: [1e308]})[0] == {"errors": [None]}


def test_too_many_to_combine_are_refused_in_words() -> None:
    many = [Chosen(pk, "cpu", {"id": str(pk)}) for pk in range(MAX_COMBINED + 1)]
    with pytest.raises(QueryError, match="cpu means 1001 series; 1000 at most can be combined."):
        evaluate(Query("cpu", combine="sum"), lambda _selector: many, lambda _function, _ids: {}, most=1)


@given(st.lists(st.none() | st.floats(0, 10), max_size=40))
def test_what_lasts_ends_after_a_pause(values: Numbers) -> None:
    result = lasting(values)
    assert len(result) == len(values)
    for index, value in enumerate(values):
        if value is not None:
            assert result[index] == value
        elif result[index] is not None:
            assert result[index] == result[index - 1], "it goes on, and nothing is made up"
    assert lasting([1, None, 1, None, None, None, None, None, None])[2:] == [1, 1, 1, 1, 1, None, None][:7]


def test_an_answer_is_called_as_a_series() -> None:
    assert Answer("cpu", {"host": "a"}, [], ()).identity == "cpu{host=a}"


def test_too_many_divisors_are_refused_in_words() -> None:
    many = [Chosen(pk, "cpu", {"id": str(pk)}) for pk in range(MAX_COMBINED + 1)]
    query = Query("cpu", divided_by=Query("cpu"))
    with pytest.raises(QueryError, match="cpu means 1001 series; something can be divided by 1000 at most."):
        evaluate(query, lambda _selector: many, lambda _function, pks: {pk: [1] for pk in pks}, most=1)
