"""The one form of a document that says the same: without what is as it would be anyway, in one order.

Two boards are equal if their canonical documents are. It takes what is stored as it is, even if that is invalid.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from boards import kinds
from boards.data.line_colours import next_colour
from boards.documents.columns import GROUPS, OWNER, VERSION, columns_of
from boards.documents.keys import keys_of
from boards.documents.series import SeriesError, read_series, series_value
from boards.models import Board, Panel, PanelSeries
from boards.options import Option
from boards.variables.declared import check_variables, variables_of
from series.durations import DurationField, duration, seconds_of
from series.queries import QueryError, read

Document = dict[str, Any]
# Whole numbers below are the same as floats.
MAX_EXACT = 2**53


def canonical(document: Mapping[str, Any]) -> Document:
    """The canonical form of a board's document."""
    panels = document.get("panels") or []
    keys = keys_of([(panel.get("key") or "", panel["title"]) for panel in panels])
    result: Document = {"version": VERSION} | _columns(Board, document)
    if document.get(OWNER):
        result[OWNER] = document[OWNER]
    result |= {name: sorted(set(document[name])) for name in GROUPS if document.get(name)}
    if variables := _variables(document.get("variables")):
        result["variables"] = variables
    if panels:
        result["panels"] = [_panel(panel, key) for panel, key in zip(panels, keys, strict=True)]
    return result


def _variables(stored: Any) -> Any:
    try:
        check_variables(stored or [])
    except ValidationError:
        return stored
    return [{name: value for name, value in one._asdict().items() if value} for one in variables_of(stored)]


def _columns(model: type[Model], values: Mapping[str, Any]) -> Document:
    """What differs from the default."""
    defaults = {name: field.get_default() for name, field in columns_of(model).items()}
    # A title, a kind and so on are there even if they are what a new one has.
    return {
        name: _with_newlines(values[name])
        for name, default in defaults.items()
        if values.get(name) is not None and (values[name] != default or name == "kind")
    }


def _panel(panel: Mapping[str, Any], key: str) -> Document:
    kind = kinds.registry.get(panel.get("kind") or "line")
    result = _columns(Panel, {"kind": "line"} | dict(panel) | {"key": key})
    for name, size in {"width": kind.width, "height": kind.height}.items() if kind else ():
        if result.get(name) == size:
            del result[name]
    if options := _options(kind, panel.get("options") or {}):
        result["options"] = options
    if lines := _lines(panel.get("lines") or []):
        result["lines"] = lines
    return result


def _options(kind: kinds.Kind | None, options: Any) -> Any:
    """The options that are set, in the order in which the kind declares them."""
    if not isinstance(options, dict):
        return options  # a program can store what is no object
    own = kind.by_name if kind else {}
    known = {name: option for one in kinds.every() for name, option in one.by_name.items()} | own
    names = [*(name for name in own if name in options), *sorted(options.keys() - own.keys())]
    result = {}
    for name in names:
        value = stored_value(known.get(name), options[name])
        if not _is_default(own.get(name), value):
            result[name] = _readable(known.get(name), value)
    return result


def _is_default(option: Option[Any] | None, value: Any) -> bool:
    if value is None or value == "":
        return True
    with suppress(ValidationError):
        return option is not None and bool(option.clean(value) == option.default)
    return False


def stored_value(option: Option[Any] | None, value: Any) -> Any:
    """The value of an option as a panel stores it: lengths of time in seconds."""
    if isinstance(value, str) and option and isinstance(option.field, DurationField):
        with suppress(ValueError, OverflowError):
            return seconds_of(value.strip())
    return value


def _readable(option: Option[Any] | None, value: Any) -> Any:
    """The same as people read it: lengths of time in words, lines that end as those of a file do."""
    if option and isinstance(option.field, DurationField) and type(value) in (int, float):
        with suppress(ValueError, OverflowError):
            return text if seconds_of(text := duration(value)) == value else value
    return _with_newlines(tidy(value))


def _with_newlines(value: Any) -> Any:
    """Texts from a browser's form have other ends of lines than those from a file."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def tidy(value: Any) -> Any:
    """Whole numbers without a point."""
    if isinstance(value, dict):
        return {name: tidy(one) for name, one in value.items()}
    if isinstance(value, list):
        return [tidy(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < MAX_EXACT else value


def _lines(lines: Sequence[Mapping[str, Any]]) -> list[Document]:
    colours = colours_of(lines)
    labels = [line.get("label") or "" for line in lines]
    result: list[Document] = []
    for index, line in enumerate(lines):
        shown = {"series": _series(line["series"])} if line.get("series") is not None else {"query": _query(line)}
        columns = _columns(PanelSeries, dict(line) | {"colour": colours[index]})
        # That which a new line gets by itself is not written down.
        if colours[index] == next_colour(labels[index], zip(labels[:index], colours, strict=False)):
            columns.pop("colour", None)
        elif not colours[index]:
            columns["colour"] = 0
        result.append(shown | columns)
    return result


def colours_of(lines: Sequence[Mapping[str, Any]]) -> list[int]:
    """The colours of the lines of a panel, in their order: where one says none, what a new line gets."""
    others: list[tuple[str, int]] = []
    for line in lines:
        label, colour = line.get("label") or "", line.get("colour")
        others.append((label, next_colour(label, others) if colour is None else colour))
    return [colour for _label, colour in others]


def _series(value: Any) -> Any:
    try:
        return series_value(*read_series(value))
    except SeriesError:
        return value


def _query(line: Mapping[str, Any]) -> Any:
    """A query that only says which series is the text of its selector."""
    try:
        query = read(query_data(line["query"]))
    except QueryError:
        return line["query"]
    return query.selector if query.is_plain else tidy(json.loads(json.dumps(query.json())))


def query_data(value: Any) -> Any:
    """A query of a document as ``series.queries`` reads it."""
    return {"selector": value} if isinstance(value, str) else value
