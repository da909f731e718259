"""The values that there are for the variables of a board: of the tags of those series that its panels mean by them."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, partial

from boards.models import Board, PanelSeries
from boards.variables.declared import variables_of
from boards.variables.values import chosen_values
from series.evaluation import Choose
from series.matchers import Values
from series.queries import QueryError, read
from series.selection import chosen
from series.selectors import parse

NUMBER = re.compile(r"(\d+)")


def choices(board: Board) -> dict[str, list[str]]:
    """All values of each variable that the board declares, ``web-2`` before ``web-10``."""
    names = board.variable_names()
    if not names:
        return {}
    values: dict[str, set[str]] = {name: set() for name in names}
    rows = PanelSeries.objects.filter(panel__board=board, query__isnull=False).order_by()
    selectors: set[str] = set()
    for query in rows.values_list("query", flat=True):
        try:
            selectors |= read(query).selectors()
        except QueryError:
            continue  # its panel says so
    everything = dict.fromkeys(names, ())
    for selector in selectors:
        tags = parse(selector).variables()
        if tags and tags.keys() <= values.keys():
            for one in chosen(selector, values=everything):
                for name, tag in tags.items():
                    values[name].add(one.tags[tag])
    return {name: sorted(some - {""}, key=_natural) for name, some in values.items()}


def _natural(value: str) -> tuple[list[tuple[int, str]], str]:
    parts = NUMBER.split(value)
    return [(int(part) if part.isdecimal() and part.isascii() else -1, part.casefold()) for part in parts], value


def unknown_values(chosen: Values, known: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Names and values of what is chosen and is not there. Where a variable has no values yet, nothing is wrong: its
    panels say how to send some."""
    return [
        (name, value)
        for name, values in chosen.items()
        for value in values
        if known.get(name) and value not in known[name]
    ]


def choose_of(board: Board, values: str, moment: datetime | None = None) -> Choose:
    """What selectors mean on a board for which these values are chosen; each is asked for once. ``moment`` as for
    ``chosen``."""
    filled = chosen_values(values, variables_of(board.variables))
    return cache(partial(chosen, values=filled, moment=moment))
