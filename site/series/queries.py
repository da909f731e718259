"""What is asked of series, as a small tree: which ones, which function of time, combined by which tags, divided by
what, scaled. Panels store it, their form edits it, and the API takes it, all in the same JSON:

    {"selector": "http.errors{host=*}", "function": "rate", "combine": "sum", "by": ["host"],
     "divided_by": {"selector": "http.requests", "function": "rate", "combine": "sum", "by": ["host"]}, "factor": 100}

That is the percentage of requests that fail, for each host. What is left out is not done.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from math import isfinite
from typing import Any

from series.samples import MAX_LABEL_LENGTH
from series.selectors import SelectorError, parse
from series.storage.reducers import Reducer

COMBINATIONS = ("sum", "mean")
MAX_TAGS = 10
# One query in another.
MAX_DEPTH = 5


class QueryError(ValueError):
    """Something cannot be asked. ``field`` says where: ``divided_by.selector``."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, in the order in which it is done.

    ``selector``: which series, as ``series.selectors`` reads it. ``function``: of the points in each bucket of time,
    a ``Reducer``; if None the mean, and for a single figure the newest value. ``combine``: ``sum`` or ``mean``
    of all series that have the same tags ``by``, or of all if it is empty. ``divided_by``: another query, of whose
    series it is the one with the most tags that are the same. Then ``factor`` times that, plus ``offset``.
    """

    selector: str
    function: Reducer | None = None
    combine: str = ""
    by: tuple[str, ...] = ()
    divided_by: "Query | None" = None
    factor: float = 1.0
    offset: float = 0.0

    @property
    def is_plain(self) -> bool:
        """Whether it is only about which series."""
        return self == Query(self.selector)

    @property
    def has_function(self) -> bool:
        """Whether a function of time is taken, also of what it is divided by."""
        return bool(self.function) or (self.divided_by is not None and self.divided_by.has_function)

    def selectors(self) -> set[str]:
        """All selectors in it."""
        return {self.selector} | (self.divided_by.selectors() if self.divided_by else set())

    def variables(self) -> set[str]:
        """The names of all variables in it: ``host`` of ``cpu{host=$host}``."""
        return {name for selector in self.selectors() for name in parse(selector).variables()}

    def json(self) -> dict[str, Any]:
        """As it is stored: without what is not done."""
        data: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value != field.default:
                data[field.name] = value.json() if isinstance(value, Query) else value
        return data | ({"by": list(self.by)} if self.by else {})


def read(data: object, *, path: str = "", depth: int = 1) -> Query:
    """The query that stored or sent JSON stands for. Raises ``QueryError``."""
    if not isinstance(data, Mapping):
        raise QueryError(path.rstrip("."), "A query must be an object in JSON.")
    known = {field.name for field in fields(Query)}
    if unknown := sorted(map(str, data.keys() - known)):
        raise QueryError(
            path + unknown[0][:50], f"A query has no {unknown[0][:50]!r}; it has {', '.join(sorted(known))}."
        )
    if depth > MAX_DEPTH:
        raise QueryError(path.rstrip("."), f"Only {MAX_DEPTH} queries can be in each other.")
    selector = data.get("selector")
    if not isinstance(selector, str):
        raise QueryError(f"{path}selector", "It must say which series: cpu{host=*}.")
    try:
        parse(selector)
    except SelectorError as error:
        raise QueryError(f"{path}selector", str(error)) from error
    function = _one_of(f"{path}function", data.get("function", ""), tuple(Reducer))
    divided_by = data.get("divided_by")
    return Query(
        selector,
        Reducer(function) if function else None,
        _one_of(f"{path}combine", data.get("combine", ""), COMBINATIONS),
        _tags(f"{path}by", data.get("by", [])),
        None if divided_by is None else read(divided_by, path=f"{path}divided_by.", depth=depth + 1),
        _number(f"{path}factor", data.get("factor", 1.0)),
        _number(f"{path}offset", data.get("offset", 0.0)),
    )


def _one_of(field: str, value: object, choices: Collection[str]) -> str:
    if value != "" and (not isinstance(value, str) or value not in choices):
        raise QueryError(field, f"It must be one of {', '.join(choices)}.")
    return str(value)


def _tags(field: str, value: object) -> tuple[str, ...]:
    if not (isinstance(value, list | tuple) and all(isinstance(tag, str) and tag for tag in value)):
        raise QueryError(field, "It must be a list of the names of tags.")
    if len(value) > MAX_TAGS or any(len(tag) > MAX_LABEL_LENGTH for tag in value):
        raise QueryError(field, f"It can be {MAX_TAGS} tags of {MAX_LABEL_LENGTH} characters at most.")
    return tuple(dict.fromkeys(value))


def _number(field: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise QueryError(field, "It must be a number.")
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    if not isfinite(number):
        raise QueryError(field, "It must be a finite number.")
    return number
