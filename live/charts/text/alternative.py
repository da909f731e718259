"""The text alternative of a chart: what a screen reader says instead of the drawing.

"CPU, 10:00-10:05 UTC: now 41 %, lowest 12 % at 10:01, highest 93 % at 10:03, rising; no data 10:02-10:03." Of one
line it says everything; of several, each has one short clause, because forty numbers in a row tell nothing.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple, cast

from ..values import Cleaned, Series, last_of, runs
from .formats import compact, short
from .numbers import LEFT_TO_RIGHT, NARROW_SPACE

MAX_CLAUSES = 6  # lines with a clause of their own; the rest are counted
MAX_GAPS = 3  # gaps that are named; the rest are counted
MAX_NAME_CHARACTERS = 80  # characters of a label: a name of 300 would bury the numbers


class Naming(NamedTuple):
    """How what an axis holds is called.

    `where` names an index ("10:03", "Tuesday"), `span` the whole range. `preposition` is the word before an instant; ""
    says that the indices are categories, without an order in time.
    """

    where: Callable[[int], str]
    span: str
    preposition: str


def trend(cleaned: Cleaned) -> str:
    """Return "rising", "falling" or "steady": the mean of the last quarter against that of the first.

    A change counts from a tenth of the whole span on. Fewer than 4 values have no trend: "".
    """
    values = cast(Sequence[float], cleaned.values)
    if not cleaned.whole:
        values = [v for v in values if v is not None]
    if len(values) < 4 or cleaned.low is None or cleaned.high is None:
        return ""
    quarter = len(values) // 4
    change = (sum(values[-quarter:]) - sum(values[:quarter])) / quarter
    if abs(change) * 10 <= cleaned.high - cleaned.low:
        return "steady"
    return "rising" if change > 0 else "falling"


def gaps(cleaned: Cleaned) -> list[tuple[int, int]]:
    """Return the (first, last) index of each run of missing values."""
    if cleaned.whole:
        return []
    size = len(cleaned.values)
    between = pairwise([(0, 0), *runs(cleaned.values), (size, size)])
    return [(stop, start - 1) for (_, stop), (start, _) in between if stop < start]


def name(label: str) -> str:
    """Return a label short enough for a text alternative."""
    return label if len(label) <= MAX_NAME_CHARACTERS else label[: MAX_NAME_CHARACTERS - 1] + "…"


def _full(cleaned: Cleaned, unit: str, locale: str, naming: Naming) -> str:
    where, _span, at = naming
    low, high, values = cleaned.low, cleaned.high, cleaned.values
    end = last_of(values)
    if end is None or low is None or high is None:
        return "no data"
    size = len(values)
    # Categories have no "now": none of them is later than another.
    words = [] if not at else [f"now {compact(values[end], unit, locale)}"]
    if at and end < size - 1:
        words = [f"last {compact(values[end], unit, locale)} at {where(end)}"]
    if low < high:
        lowest, highest = values.index(low), values.index(high)
        words.append(f"lowest {compact(low, unit, locale)} {at or 'for'} {where(lowest)}")
        words.append(f"highest {compact(high, unit, locale)} {at or 'for'} {where(highest)}")
    elif size > 1:
        words.append(f"all {compact(low, unit, locale)}")
    elif not at:
        words.append(f"{compact(low, unit, locale)} for {where(end)}")
    if at and (course := trend(cleaned)):
        words.append(course)
    text = ", ".join(words)
    missing = gaps(cleaned)
    if missing:
        spans = [where(a) if a == b else f"{where(a)}\u2013{where(b)}" for a, b in missing[:MAX_GAPS]]
        rest = f" and {len(missing) - MAX_GAPS} more times" if len(missing) > MAX_GAPS else ""
        text += f"; no data {'' if at else 'for '}{', '.join(spans)}{rest}"
    return text


def _once(cleaned: Sequence[Cleaned], unit: str, locale: str) -> bool:
    """Tell whether one word for the unit suits all numbers: "Latency in ms: 146 to 171", but "900 ms to 12 s"."""
    ends = [end for data in cleaned for end in (data.low, data.high) if end is not None]
    tail = NARROW_SPACE + unit
    pairs = [(compact(end, unit, locale), short(end, unit, locale)) for end in ends]
    return bool(unit) and all(long.strip(LEFT_TO_RIGHT) == brief.strip(LEFT_TO_RIGHT) + tail for long, brief in pairs)


def _brief(cleaned: Cleaned, unit: str, locale: str, at: str, once: bool) -> str:
    if cleaned.low is None or cleaned.high is None:
        return "no data"
    write = short if once else compact
    low, high = write(cleaned.low, unit, locale), write(cleaned.high, unit, locale)
    if not at:
        return f"{low} to {high}"
    words = f"{write(cleaned.values[-1], unit, locale)}, {low} to {high}"
    return f"{words}, {course}" if (course := trend(cleaned)) else words


def text_alternative(
    title: str,
    lines: Sequence[Series],
    cleaned: Sequence[Cleaned],
    unit: str,
    locale: str,
    naming: Naming,
) -> str:
    """Return the text alternative, not escaped. `lines` may be more than `cleaned`: the rest are counted."""
    head = f"{name(title)}, {naming.span}" if title else naming.span
    if len(lines) == 1:
        label = lines[0].label
        own = f"{name(label)} " if label and label != title else ""
        return f"{head}: {own}{_full(cleaned[0], unit, locale, naming)}"
    once = _once(cleaned, unit, locale)
    if once:
        head = f"{name(title)} in {unit}, {naming.span}" if title else f"in {unit}, {naming.span}"
    clauses = [
        f"{name(line.label)} {_brief(data, unit, locale, naming.preposition, once)}"
        for line, data in zip(lines[:MAX_CLAUSES], cleaned, strict=False)
    ]
    rest = f"; and {len(lines) - MAX_CLAUSES} more" if len(lines) > MAX_CLAUSES else ""
    return f"{head}: {'; '.join(clauses)}{rest}"
