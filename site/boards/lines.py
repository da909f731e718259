"""The lines of a panel: series, and what queries make of some."""

from typing import NamedTuple

from series.freshness import Expectation
from series.queries import Query

# Of one query: more cannot be told apart, and a board must not become slow because a sender makes up names.
MAX_LINES = 24


class Computed(NamedTuple):
    """What a query makes of some series: one of its answers, by its identity, and the keys of these series."""

    query: Query
    identity: str
    series: tuple[int, ...]


# A series by its key, or what is computed from several.
Key = int | Computed


class Line(NamedTuple):
    """A series as a panel shows it: under a name, and where the axis has categories under one of these."""

    key: Key
    name: str
    category: str = ""
    expectation: Expectation = Expectation()


def function_of(key: Key) -> str:
    """The function of time by which it is computed; empty for a series as it is."""
    return key.query.function if isinstance(key, Computed) else ""
