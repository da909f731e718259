"""Queries as they are stored and sent."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from series.queries import COMBINATIONS, MAX_DEPTH, Query, QueryError, read
from series.storage.reducers import Reducer

numbers = st.floats(allow_nan=False, allow_infinity=False)
queries = st.recursive(
    st.none(),
    lambda inner: st.builds(
        Query,
        selector=st.sampled_from(["cpu", "cpu{host=*}", 'http.*{code=~"5.."}']),
        function=st.sampled_from([None, *Reducer]),
        combine=st.sampled_from(["", *COMBINATIONS]),
        by=st.lists(st.sampled_from(["host", "zone", "größe"]), unique=True).map(tuple),
        divided_by=inner,
        factor=numbers,
        offset=numbers,
    ),
    max_leaves=MAX_DEPTH - 1,
).filter(lambda query: query is not None)


@given(queries)
def test_what_is_stored_is_read_back(query: Query) -> None:
    assert read(query.json()) == query


def test_what_is_not_done_is_not_stored() -> None:
    assert Query("cpu").json() == {"selector": "cpu"}
    assert Query("cpu").is_plain and not Query("cpu", factor=2.0).is_plain


def test_all_its_selectors_count() -> None:
    assert Query("a", divided_by=Query("b", divided_by=Query("c"))).selectors() == {"a", "b", "c"}


def nested(depth: int) -> dict[str, Any]:
    return {"selector": "cpu"} | ({"divided_by": nested(depth - 1)} if depth > 1 else {})


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ([], "", "A query must be an object in JSON."),
        ({}, "selector", "It must say which series: cpu{host=*}."),
        ({"selector": 1}, "selector", "It must say which series"),
        ({"selector": "cpu{"}, "selector", "The name of a tag must be here. (column 5)"),
        ({"selector": "cpu", "sum": 1}, "sum", "A query has no 'sum'; it has by, combine, divided_by, factor,"),
        ({"selector": "cpu", "function": "median"}, "function", "It must be one of mean, min, max"),
        ({"selector": "cpu", "function": ["mean"]}, "function", "It must be one of mean, min, max"),
        ({"selector": "cpu", "combine": "max"}, "combine", "It must be one of sum, mean."),
        ({"selector": "cpu", "by": "host"}, "by", "It must be a list of the names of tags."),
        ({"selector": "cpu", "by": [""]}, "by", "It must be a list of the names of tags."),
        ({"selector": "cpu", "by": list("abcdefghijk")}, "by", "It can be 10 tags of 200 characters at most."),
        ({"selector": "cpu", "by": ["x" * 201]}, "by", "It can be 10 tags of 200 characters at most."),
        ({"selector": "cpu", "factor": True}, "factor", "It must be a number."),
        ({"selector": "cpu", "factor": "2"}, "factor", "It must be a number."),
        ({"selector": "cpu", "offset": float("nan")}, "offset", "It must be a finite number."),
        ({"selector": "cpu", "offset": 10**400}, "offset", "It must be a finite number."),
        ({"selector": "cpu", "divided_by": {"selector": "{"}}, "divided_by.selector", "It must begin with the name"),
        (nested(6), "divided_by." * 4 + "divided_by", "Only 5 queries can be in each other."),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(data: object, field: str, words: str) -> None:
    with pytest.raises(QueryError) as raised:
        read(data)
    assert raised.value.field == field and words in str(raised.value)


def test_the_document_shows_a_query_and_has_all_functions() -> None:
    document = (Path(__file__).resolve().parents[3] / "docs" / "querying.md").read_text()
    example = read(json.loads(document.split("```json")[1].split("```")[0]))
    assert example.divided_by is not None and (example.function, example.factor) == (Reducer.RATE, 100)
    table = document.split("## A function of time")[1].split("## ")[0]
    assert set(re.findall(r"`(\w+)`(?=[^|]*\|[^|]*\|\n)", table)) == set(Reducer)
