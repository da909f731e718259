"""Which lines a panel shows: its series, and those that its queries mean at the moment; and what is newest of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from boards.data.line_colours import colours_of
from boards.data.line_names import differences
from boards.data.lines import MAX_LINES, Computed, Key, Line, Newest, computed
from boards.data.sources import Source
from boards.models import PanelSeries
from series.evaluation import Answer, Choose, evaluate
from series.pauses import Numbers
from series.queries import Query, read
from series.selection import ranks_of
from series.storage.reducers import Reducer, reduced
from series.values import Number


def lines_of(rows: Iterable[PanelSeries], choose: Choose) -> tuple[list[Line], int]:
    """What a panel's rows show, and how many more lines their queries mean. Raises ``QueryError``."""
    lines: list[Line] = []
    more = 0
    rows = list(rows)
    names, _common = short_names(rows)
    for row in rows:
        if row.series is not None:
            of, name = row.series, names.get(row.series.pk, row.name)
            identity = of.identity if name != row.name else ""
            lines.append(Line(of.pk, name, row.category, of.expectation, of.holds_states, row.colour, identity))
            continue
        query = read(row.query)
        # Nothing is read yet: only which lines there are.
        answers, left = evaluate(query, choose, lambda _function, keys: {pk: [] for pk in keys}, most=MAX_LINES)
        more += left
        of_query = names_of(answers, query, row.label)
        # A query of one line has the colour of its row; of several each has one of its own.
        colours = [row.colour] if query.combine and not query.by else _colours(answers, rows)
        for answer, name, colour in zip(answers, of_query, colours, strict=False):
            ids = tuple(one.pk for one in answer.series)
            key = ids[0] if query.is_plain else Computed(query, answer.identity, ids)
            holds_states = query.is_plain and answer.series[0].holds_states
            lines.append(Line(key, name, row.category, answer.expectation, holds_states, colour))
    return lines, more


def short_names(rows: Iterable[PanelSeries]) -> tuple[dict[int, str], str]:
    """What the series without a label are called, by their keys, if they are several; and what they have in common."""
    series = [row.series for row in rows if row.series is not None and not row.label]
    if len(series) < 2:
        return {}, ""
    names, common = differences([(one.name, one.tags) for one in series])
    return {one.pk: name for one, name in zip(series, names, strict=True)}, common


def _colours(answers: Sequence[Answer], rows: Iterable[PanelSeries]) -> list[int]:
    """A colour for each answer to a query, beside those that the panel's rows have."""
    oldest = [min((one.pk for one in answer.series), default=0) for answer in answers]
    order = sorted(range(len(answers)), key=lambda index: (oldest[index], answers[index].identity))
    ranks = ranks_of(oldest)
    taken = [row.colour for row in rows if row.series is not None]
    colours = dict(zip(order, colours_of([ranks.get(oldest[index], 0) for index in order], taken), strict=True))
    return [colours[index] for index in range(len(answers))]


def names_of(answers: Sequence[Answer], query: Query, label: str) -> list[str]:
    """How the answers to a query are called: by what is not the same of all, behind the label if there is one."""
    if len(answers) == 1 and label:
        return [label]
    if len(answers) == 1:
        (one,) = answers
        return [" ".join(filter(None, (query.combine, query.function, one.identity)))]
    every = {tag for one in answers for tag in one.tags}
    tags = sorted(tag for tag in every if len({one.tags.get(tag) for one in answers}) > 1)
    has_names = len({one.name for one in answers}) > 1
    return [
        " ".join(filter(None, (label, one.name if has_names else "", *(one.tags.get(tag, "") for tag in tags))))
        or one.identity
        for one in answers
    ]


def series_of(lines: Iterable[Line]) -> set[int]:
    """All series that lines are made of."""
    return {pk for line in lines for pk in (line.key.series if isinstance(line.key, Computed) else (line.key,))}


def newest_of(source: Source, newest: Mapping[int, tuple[datetime, Number]]) -> Newest:
    """The newest point of each line of a source, from those of the series: of what is computed it is as old as the
    newest point that it is made of, and its value is of the newest ones, or of the window where it has a function. It
    is None where nothing can be computed of them."""
    made_of = {line.key: line.key.series if isinstance(line.key, Computed) else (line.key,) for line in source.lines}
    result: dict[Key, tuple[datetime, Number | None]] = {
        key: max(newest[pk] for pk in series if pk in newest)
        for key, series in made_of.items()
        if any(pk in newest for pk in series)
    }
    if all(isinstance(key, int) for key in made_of) or not result:
        return result
    within = replace(source, newest=result).window()
    start, end = datetime.fromtimestamp(within.start, UTC), source.end_of(within)

    def read_values(function: Reducer | None, ids: Sequence[int]) -> Mapping[int, Numbers]:
        if function is None:
            return {pk: [newest[pk][1] if pk in newest else None] for pk in ids}
        # Not up to a moment in its middle: of a length of its own there are no summaries.
        length = within.end - within.start
        return reduced(ids, function, start=start, end=end, step_seconds=length, origin=start)

    times = {pk: time for pk, (time, _value) in newest.items()}
    for key, (value,) in computed(source.lines, source.choose, read_values, times).items():
        if key in result:
            result[key] = result[key][0], value
    return result
