"""Series as layers, stacked or not: which are shown, their sums, their text alternative and their legend."""

from collections.abc import Sequence
from functools import lru_cache, reduce
from operator import add
from typing import NamedTuple, cast

from ..output.html import Entry
from ..output.tooltip import Head, column, heads
from ..text.alternative import MAX_CLAUSES, Naming, name, text_alternative
from ..text.formats import compact, short
from ..values import Cleaned, Series, clean, last_of, tokens_of

MAX_SERIES = 8  # that are drawn without a stack: six colours, then two of them dashed; the legend counts the rest
MAX_LAYERS = 6  # layers with a colour of their own; filled ground cannot be dashed, so there is no seventh
OTHER = "Other"
OTHER_TOKEN = "off"  # its token


class Layer(NamedTuple):
    """One layer of a stack: the token of its colour, its name, and its own values (not the sums)."""

    token: str
    label: str
    cleaned: Cleaned


def layers(lines: Sequence[Series], size: int) -> list[Layer]:
    """Return the layers of a stack, lowest first.

    Of more than six series, the six with the greatest sums keep a colour, in their order, and the rest
    are added up in a grey layer called "Other". A lone rest keeps its name.
    """
    cleaned = [clean(line.values, size) for line in lines]
    largest = list(range(len(lines)))
    if len(lines) > MAX_LAYERS:
        weights = [sum([abs(v) for v in data.values if v is not None]) for data in cleaned]
        largest = sorted(sorted(largest, key=lambda i: -weights[i])[:MAX_LAYERS])
    tokens = tokens_of(tuple([lines[i].colour for i in largest]), MAX_LAYERS)
    stack = [Layer(token, lines[i].label, cleaned[i]) for token, i in zip(tokens, largest, strict=True)]
    rest = [i for i in range(len(lines)) if i not in largest]
    if rest:
        label = lines[rest[0]].label if len(rest) == 1 else OTHER
        stack.append(Layer(OTHER_TOKEN, label, reduce(sums, [cleaned[i] for i in rest])))
    return stack


# Most columns of a sliding window were there in the frame before.
cell = lru_cache(maxsize=8192)(column)


def layer_heads(layers: Sequence[Layer]) -> tuple[Head, ...]:
    """Return what stands before the values of these layers in a tooltip."""
    return heads([layer.label for layer in layers], [layer.token for layer in layers])


def sums(below: Cleaned, upon: Cleaned) -> Cleaned:
    """Return the sum of two layers. A gap counts as nothing, unless both have it: then the sum has it, too."""
    if below.whole and upon.whole:
        values: Sequence[float | None] = list(
            map(add, cast(Sequence[float], below.values), cast(Sequence[float], upon.values))
        )
        return Cleaned(values, min(cast(list[float], values)), max(cast(list[float], values)), True)
    values = [b if a is None else a if b is None else a + b for a, b in zip(below.values, upon.values, strict=True)]
    finite = [v for v in values if v is not None]
    return Cleaned(values, min(finite, default=None), max(finite, default=None), len(finite) == len(values))


def stack_alternative(
    title: str, stack: Sequence[Layer], whole: Cleaned, unit: str, locale: str, naming: Naming
) -> str:
    """Return the text alternative of a stack, not escaped: its sum in full, then each layer's last value.

    Over categories nothing is last, and each layer's range is there instead. See `text_alternative`.
    """
    if len(stack) == 1:
        lone = Series(stack[0].label, stack[0].cleaned.values)
        return text_alternative(title, [lone], [stack[0].cleaned], unit, locale, naming)
    clauses = []
    for layer in stack[:MAX_CLAUSES]:
        data = layer.cleaned
        end = last_of(data.values)
        if end is None:
            words = "no data"
        elif naming.preposition or data.low == data.high:
            words = compact(data.values[end], unit, locale)
        else:
            words = f"{compact(data.low, unit, locale)} to {compact(data.high, unit, locale)}"
        clauses.append(f"{name(layer.label)} {words}".lstrip())
    if len(stack) > MAX_CLAUSES:
        clauses.append(f"and {len(stack) - MAX_CLAUSES} more")
    head = text_alternative(title, [Series("total", whole.values)], [whole], unit, locale, naming)
    return f"{head}; {'; '.join(clauses)}"


def side_by_side(lines: Sequence[Series], cleaned: Sequence[Cleaned]) -> list[Layer]:
    """Return the series that are drawn without a stack as its layers would be: `cleaned` may be fewer."""
    tokens = tokens_of(tuple([line.colour for line in lines[: len(cleaned)]]), MAX_SERIES)
    return [Layer(token, line.label, data) for token, line, data in zip(tokens, lines, cleaned, strict=False)]


def entries(layers: Sequence[Layer], unit: str, locale: str, latest: bool, show_extremes: bool = False) -> list[Entry]:
    """Return the legend's items, with the last values if `latest` and the lowest and highest if `show_extremes`."""
    items = []
    for token, label, data in layers:
        end = last_of(data.values) if latest else None
        value = short(data.values[end] if end is not None else None, unit, locale) if latest else ""
        both = show_extremes and data.low is not None
        detail = f"{short(data.low, unit, locale)}\u2013{short(data.high, unit, locale)}" if both else ""
        items.append(Entry(token, label, value, detail))
    return items
