"""Two changes of one panel: what becomes of both."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boards.editing.merge import Conflict, changed_fields, fields_of, merge, snapshot_of

BASE = {"title": "CPU", "width": 6, "options": {"unit": "%", "warn_at": 80.0}, "lines": []}
VALUES = st.one_of(st.none(), st.integers(0, 3), st.text("ab", max_size=2))
SNAPSHOTS = st.builds(
    lambda options, title, width: {"title": title, "width": width, "options": options},
    st.dictionaries(st.sampled_from(["unit", "window", "good"]), VALUES),
    VALUES,
    VALUES,
)


def test_changes_of_different_fields_and_options_both_stay() -> None:
    mine = BASE | {"width": 8, "options": {"unit": "ms", "warn_at": 80.0}}
    theirs = BASE | {"title": "Load", "options": {"unit": "%", "warn_at": 90.0, "bad_at": 95.0}}
    options = {"unit": "ms", "warn_at": 90.0, "bad_at": 95.0}
    assert merge(BASE, mine, theirs) == ({"title": "Load", "width": 8, "options": options, "lines": []}, [])


def test_a_conflict_names_both_values_and_changes_nothing() -> None:
    mine, theirs = BASE | {"width": 8, "options": {"unit": "%"}}, BASE | {"width": 4, "options": {"warn_at": 70.0}}
    merged, conflicts = merge(BASE, mine, theirs)
    assert merged == theirs
    assert conflicts == [Conflict("options.warn_at", None, 70.0), Conflict("width", 8, 4)]


def test_the_same_change_by_both_is_no_conflict() -> None:
    changed = BASE | {"width": 8, "options": {}}
    assert merge(BASE, changed, changed) == (changed, [])


def test_an_option_that_is_taken_back_is_gone() -> None:
    assert merge(BASE, BASE | {"options": {"unit": "%"}}, BASE)[0]["options"] == {"unit": "%"}


@pytest.mark.parametrize("options", [[], "text", None, 4])
def test_options_that_are_no_object_are_one_field(options: Any) -> None:
    assert fields_of({"options": options}) == {"options": options}
    assert merge({"options": options}, {"options": options}, {"options": options}) == ({"options": options}, [])


@given(SNAPSHOTS, SNAPSHOTS, SNAPSHOTS)
def test_every_change_is_made_or_named(base: Any, mine: Any, theirs: Any) -> None:
    merged, conflicts = merge(base, mine, theirs)
    refused = {conflict.field for conflict in conflicts}
    for name in changed_fields(base, mine):
        expected = theirs if name in refused else mine
        assert fields_of(merged).get(name) == fields_of(expected).get(name)
    others = fields_of(theirs).keys() - set(changed_fields(base, mine))
    assert all(fields_of(merged)[name] == fields_of(theirs)[name] for name in others)


@given(SNAPSHOTS, SNAPSHOTS)
def test_who_is_alone_gets_what_they_want(base: Any, mine: Any) -> None:
    assert merge(base, mine, base) == (mine, [])
    assert snapshot_of(fields_of(mine)) == mine
