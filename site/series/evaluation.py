"""Answers to queries, from the values of series: whoever asks says which series there are, and reads them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from math import isfinite
from types import MappingProxyType
from typing import NamedTuple

from series.freshness import Expectation
from series.pauses import Numbers, lasting
from series.queries import Query, QueryError
from series.samples import identity_of
from series.storage.reducers import Reducer

# What there was in a bucket, so that there is nothing where it has no point. All else is how something is, and goes on
# until the next point.
AMOUNTS = {Reducer.SUM, Reducer.COUNT, Reducer.INCREASE, Reducer.DELTA}
# Of which one combination is made.
MAX_COMBINED = 1000


class Chosen(NamedTuple):
    """A series that a selector means."""

    pk: int
    name: str
    tags: Mapping[str, str]
    expectation: Expectation = Expectation()
    holds_states: bool = False


class Answer(NamedTuple):
    """One line of what was asked for: the name and tags that it stands for, its values, and of which series it is."""

    name: str
    tags: Mapping[str, str]
    values: Numbers
    series: tuple[Chosen, ...]

    @property
    def identity(self) -> str:
        """That of a series with this name and these tags."""
        return identity_of(self.name, self.tags)

    @property
    def expectation(self) -> Expectation:
        """When the next of its points is expected, of whichever series: by the one that takes the longest."""
        expectations = [one.expectation for one in self.series]
        if not all(one.interval for one in expectations):
            return Expectation()
        return max(expectations, key=lambda one: one.interval + one.grace)


NO_TIMES: Mapping[int, datetime] = MappingProxyType({})
# All series that a selector means, in order.
Choose = Callable[[str], Sequence[Chosen]]
# By a function, the values of each of some series.
Read = Callable[[Reducer | None, Sequence[int]], Mapping[int, Numbers]]


def evaluate(
    query: Query, choose: Choose, read_values: Read, *, most: int, times: Mapping[int, datetime] = NO_TIMES
) -> tuple[list[Answer], int]:
    """The answers to a query, at most so many; and how many more there are. ``times``: where the values are the newest
    ones, when these were. Raises ``QueryError`` if it combines more series than anybody would wait for, or divides by
    more."""
    chosen = choose(query.selector)
    more = 0
    if not query.combine:
        chosen, more = chosen[:most], max(0, len(chosen) - most)
    elif len(chosen) > MAX_COMBINED:
        words = f"{query.selector} means {len(chosen)} series; {MAX_COMBINED} at most can be combined."
        raise QueryError("selector", words)
    values = read_values(query.function, [one.pk for one in chosen])
    answers = [Answer(one.name, one.tags, values[one.pk], (one,)) for one in chosen]
    if query.combine:
        answers = _combined(query, answers, {} if query.function else times)
        answers, more = answers[:most], max(0, len(answers) - most)
    if query.divided_by is not None:
        divisors, left = evaluate(query.divided_by, choose, read_values, most=MAX_COMBINED, times=times)
        if left:
            means = f"{query.divided_by.selector} means {len(divisors) + left} series"
            raise QueryError("divided_by", f"{means}; something can be divided by {MAX_COMBINED} at most.")
        answers = _divided(query, query.divided_by, answers, divisors)
    if query.factor != 1.0 or query.offset:
        answers = [one._replace(values=[_scaled(query, value) for value in one.values]) for one in answers]
    return answers, more


def _combined(query: Query, answers: Iterable[Answer], times: Mapping[int, datetime]) -> list[Answer]:
    groups: dict[tuple[str, ...], list[Answer]] = defaultdict(list)
    for one in answers:
        groups[tuple(one.tags.get(tag, "") for tag in query.by)].append(one)
    result = []
    for key, members in sorted(groups.items()):
        columns = [_lasting(query, one) for one in _not_late(members, times)]
        values = [
            _combination(query.combine, [value for value in row if value is not None])
            for row in zip(*columns, strict=True)
        ]
        tags = {tag: text for tag, text in zip(query.by, key, strict=True) if text}
        result.append(Answer(members[0].name, tags, values, tuple(series for one in members for series in one.series)))
    return result


def _not_late(members: list[Answer], times: Mapping[int, datetime]) -> list[Answer]:
    """Those whose newest values are still what is: without series that were late when the newest of all came."""
    newest = max((times[one.series[0].pk] for one in members if one.series[0].pk in times), default=None)
    if newest is None:
        return members

    def is_late(one: Answer) -> bool:
        at = times.get(one.series[0].pk)
        due = at and one.expectation.overdue_at(at)
        return due is not None and due <= newest

    return [one for one in members if not is_late(one)]


def _combination(how: str, values: Sequence[float]) -> float | None:
    if not values:
        return None
    return _finite(sum(values) / (len(values) if how == "mean" else 1))


def _divided(query: Query, by: Query, answers: Iterable[Answer], divisors: Sequence[Answer]) -> list[Answer]:
    result = []
    for one in answers:
        under = [divisor for divisor in divisors if divisor.tags.items() <= one.tags.items()]
        if under:
            divisor = max(under, key=lambda divisor: len(divisor.tags))
            pairs = zip(_lasting(query, one), _lasting(by, divisor), strict=True)
            values = [_finite(above / below) if above is not None and below else None for above, below in pairs]
            result.append(one._replace(values=values, series=(*one.series, *divisor.series)))
    return result


def _scaled(query: Query, value: float | None) -> float | None:
    return None if value is None else _finite(value * query.factor + query.offset)


def _finite(value: float) -> float | None:
    """None for what is too great for a number."""
    return value if isfinite(value) else None


def _lasting(query: Query, one: Answer) -> Numbers:
    """Two series whose points come at other times are added to what both are, and not to what one is."""
    return one.values if query.function in AMOUNTS else lasting(one.values)
