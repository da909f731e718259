"""A series in a document: one text, or its name and tags where that would be too long."""

from typing import Any

import pytest

from boards.documents.series import SeriesError, read_series, series_value

TAGS = {f"tag{number}": "x" * 30 for number in range(30)}


@pytest.mark.parametrize(
    ("name", "tags", "value"),
    [
        ("cpu", {}, "cpu"),
        ("cpu", {"host": "web-1", "a": ""}, "cpu{a=,host=web-1}"),
        ("cpu*", {"a": '"~ '}, '"cpu*"{"a"="\\"~ "}'),
        ("cpu", {"a": "$host"}, 'cpu{"a"="$host"}'),
        ("cpu", TAGS, {"name": "cpu", "tags": TAGS}),
        ("a\nb", {}, {"name": "a\nb", "tags": {}}),
    ],
)
def test_a_series_is_its_text(name: str, tags: dict[str, str], value: Any) -> None:
    assert isinstance(series_value(name, tags), type(value))
    if "\n" not in name:
        assert read_series(series_value(name, tags)) == (name, tags)
    if isinstance(value, dict) or not tags or "host" in tags:
        assert series_value(name, tags) == value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "It must begin with the name of a series"),
        ("cpu{", "The name of a tag must be here"),
        ("cpu.*", "It must be one series"),
        ("cpu{a!=b}", "It must be one series"),
        ("cpu{a=b,a=c}", "A tag is there twice"),
        (5, "It must be a series such as"),
        ({"name": "a", "tag": {}}, "It must be a series such as"),
        ({"name": "a", "tags": []}, "A name and its tags must be texts"),
        ({"name": "a", "tags": ["b"]}, "A name and its tags must be texts"),
        ({"name": "a", "tags": {"b": 1}}, "A name and its tags must be texts"),
        ({"name": ""}, "series must be 1 to 200 characters long"),
    ],
)
def test_what_is_no_series(value: object, words: str) -> None:
    with pytest.raises(SeriesError, match=words):
        read_series(value)
