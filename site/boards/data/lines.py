"""The lines of a panel: series, and what queries make of some."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from series.evaluation import NO_TIMES, Choose, Read, evaluate
from series.freshness import Expectation
from series.pauses import Numbers
from series.queries import Query
from series.storage.reducers import Reducer
from series.values import Number

# Of one query: more cannot be told apart, and a board must not become slow because a sender makes up names.
MAX_LINES = 24


class Computed(NamedTuple):
    """What a query makes of some series: one of its answers, by its identity, and the keys of these series."""

    query: Query
    identity: str
    series: tuple[int, ...]


# A series by its key, or what is computed from several.
Key = int | Computed
# When the newest point of a line was, and its value; None where nothing can be computed of the newest points.
Newest = Mapping[Key, tuple[datetime, Number | None]]


class Line(NamedTuple):
    """A series as a panel shows it: under a name, and where the axis has categories under one of these. ``colour`` is
    1 to 8, or 0 for the first that is free; ``identity`` what it is in full, where the name is short for it."""

    key: Key
    name: str
    category: str = ""
    expectation: Expectation = Expectation()
    holds_states: bool = False
    colour: int = 0
    identity: str = ""


def function_of(key: Key) -> Reducer | None:
    """The function of time by which it is computed; None for a series as it is."""
    return key.query.function if isinstance(key, Computed) else None


def computed(
    lines: Iterable[Line], choose: Choose, read_values: Read, times: Mapping[int, datetime] = NO_TIMES
) -> dict[Key, Numbers]:
    """The values of those lines that are computed, from what is read of their series; ``times`` as ``evaluate`` takes
    them."""
    keys = [line.key for line in lines if isinstance(line.key, Computed)]
    values: dict[tuple[Query, str], Numbers] = {}
    for query in dict.fromkeys(key.query for key in keys):
        answers, _more = evaluate(query, choose, read_values, most=MAX_LINES, times=times)
        values |= {(query, one.identity): one.values for one in answers}
    return {key: values[key.query, key.identity] for key in keys}
