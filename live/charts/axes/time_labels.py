"""The labels below a time axis: their words, their positions, and which of them are hidden as a tile narrows."""

from collections.abc import Sequence
from datetime import tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ..output.html import Label, percent, text
from ..text.moments import moment
from .clock import bucket_start, offset, shown
from .time_ticks import Moment, time_ticks

RANKS = ("odd", "half", "quarter")  # which labels go first as a tile narrows
EARLIER = {"": "half", "quarter": "half", "half": "odd", "odd": "odd"}  # the rank of a label that has less room
MAX_LABELS_WITH_ROOM = 5  # labels that fit a tile of 330 px together


@lru_cache(maxsize=256)
def time_labels(
    start: float, end: float, step: float, kind: str, zone: tzinfo, locale: str, on_clock: bool
) -> tuple[Label, ...]:
    """Return the labels of a `TimeAxis`, of which the arguments are the fields. There is always one."""
    first, span = start, end - start
    if on_clock:
        first = bucket_start(start, step, zone)
        span = shown(end, zone) - first
    # Between two samples there may be no round time.
    ticks = (time_ticks(start, end, zone, step) if span else ()) or (Moment(start, kind, False, 0),)
    labels = []
    for time, words, names, edge in _worded(ticks, zone, locale, on_clock):
        # A tick is a rounded float: within a millisecond it may be a trifle outside.
        part = min(max((time - first) / span, 0.0), 1.0) if span else 1.0
        if part < edge or part > 1 - edge:
            names = f"{names} {'first' if part < edge else 'last'}".lstrip()
        labels.append(Label(part, words, names))
    return tuple(labels)


class _Worded(NamedTuple):
    """A tick that has a label: its time, as the clock shows it where the axis is on it, its words, the classes that it
    has wherever it is, and the part of the axis at either side where it would leave the tile."""

    time: float
    words: str
    names: str
    edge: float


@lru_cache(maxsize=256)
def _worded(ticks: tuple[Moment, ...], zone: tzinfo, locale: str, on_clock: bool) -> tuple[_Worded, ...]:
    """Return the labels of ticks: the same while a window slides, until it comes to the next tick.

    In the night when the clock is set back, the first label after that names the zone, and what it repeats has less
    room. Where both are closer than all others, as with ticks every 2 hours, only the first has a label.
    """
    offsets = [offset(tick.at, zone) for tick in ticks]
    clocks = [tick.at + ahead for tick, ahead in zip(ticks, offsets, strict=True)]
    interval = max([b.at - a.at for a, b in pairwise(ticks)], default=0.0)
    roomy = len(ticks) <= MAX_LABELS_WITH_ROOM
    worded = []
    for index, (tick, clock) in enumerate(zip(ticks, clocks, strict=True)):
        if index and clocks[index - 1] == clock and tick.at - ticks[index - 1].at < interval:
            continue
        again = clock in clocks[index + 1 : index + 3]
        is_one = clock in clocks[index + 1 : index + 2] and ticks[index + 1].at - tick.at < interval
        # What follows in this hour is read after the label that names the zone.
        names_zone = is_one or not index or offsets[index - 1] != offsets[index]
        words = moment(tick.at, zone, tick.kind, locale, with_zone=None if names_zone else False)
        # Where there are few, each stays one width longer.
        rank = RANKS[tick.rank - 1 + roomy] if tick.rank else ""
        if again and not is_one:
            rank = EARLIER[rank]
        names = " ".join(filter(None, ["day" if tick.major else "", rank]))
        worded.append(_Worded(clock if on_clock else tick.at, words, names, 0.04 if tick.kind == "m" else 0.1))
    return tuple(worded)


@lru_cache(maxsize=256)
def labels_html(labels: Sequence[Label]) -> str:
    """Return the labels, each placed from the first one: while the window slides, one number changes and not ten."""
    first = labels[0].at if labels else 0.0
    groups: dict[str, list[str]] = {}
    for label in labels:
        rank, kind = _split(label.names)
        at = f' x="{100 * (label.at - first):.3g}%"' if label.at != first else ""
        groups.setdefault(rank, []).append(f"<text{at}{kind}>{text(label.words)}</text>")
    items = [f'<g class="{rank}">{"".join(texts)}</g>' if rank else "".join(texts) for rank, texts in groups.items()]
    return f'<svg class="chart-x" aria-hidden="true"><svg x="{percent(first, 1)}">{"".join(items)}</svg></svg>'


@lru_cache(maxsize=64)
def _split(names: str) -> tuple[str, str]:
    """Return the rank among the classes of a label, and the attribute of the others."""
    rank, _, others = names.partition(" ") if names.startswith(RANKS) else ("", "", names)
    return rank, f' class="{others}"' if others else ""
