"""A series as a document has it: the text that one types elsewhere, ``cpu{host=web-1}``."""

from contextlib import suppress
from typing import Any

from django.utils.translation import gettext as _

from series.samples import SampleError, check_labels
from series.selectors import SelectorError, parse, selector_of


class SeriesError(ValueError):
    """What a document has for a series is not one."""


def series_value(name: str, tags: dict[str, str]) -> Any:
    """The text of a series; ``{"name": ..., "tags": ...}`` of the few that are too long for one."""
    text = selector_of(name, tags)
    with suppress(SeriesError):
        if read_series(text) == (name, tags):
            return text
    return {"name": name, "tags": tags}


def read_series(value: object) -> tuple[str, dict[str, str]]:
    """The name and the tags. Raises ``SeriesError``."""
    if isinstance(value, str):
        name, tags = _of_text(value)
    elif isinstance(value, dict) and value.keys() <= {"name", "tags"}:
        name, tags = value.get("name", ""), value.get("tags", {})
        texts = [name, *tags, *tags.values()] if isinstance(tags, dict) else [None]
        if not all(isinstance(text, str) for text in texts):
            raise SeriesError(_("A name and its tags must be texts; write what looks like a number in quotes."))
    else:
        raise SeriesError(_("It must be a series such as cpu{host=web-1}."))
    try:
        check_labels(name, tags)
    except SampleError as error:
        raise SeriesError(str(error)) from error
    return name, tags


def _of_text(text: str) -> tuple[str, dict[str, str]]:
    try:
        selector = parse(text)
    except SelectorError as error:
        raise SeriesError(str(error)) from error
    if selector.is_prefix or any(one.operator != "=" for one in selector.matchers):
        raise SeriesError(_("It must be one series. What may mean several is a query: write “query” instead."))
    tags = {one.tag: one.text for one in selector.matchers}
    if len(tags) < len(selector.matchers):
        raise SeriesError(_("A tag is there twice."))
    return selector.name, tags
