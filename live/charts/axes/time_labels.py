"""The labels below a time axis: their words, their positions, and which of them are hidden as a tile narrows."""

from collections.abc import Sequence
from datetime import tzinfo
from functools import lru_cache

from ..output.html import Label, percent, text
from ..text.moments import moment
from .clock import bucket_start, shown
from .time_ticks import Moment, time_ticks

RANKS = ("odd", "half", "quarter")  # which labels go first as a tile narrows
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
    roomy = len(ticks) <= MAX_LABELS_WITH_ROOM
    labels = []
    for tick in ticks:
        # A tick is a rounded float: within a millisecond it may be a trifle outside.
        at = shown(tick.at, zone) if on_clock else tick.at
        part = min(max((at - first) / span, 0.0), 1.0) if span else 1.0
        edge = 0.04 if tick.kind == "m" else 0.1  # a wide label near an edge would leave the tile
        names = "day" if tick.major else ""
        if tick.rank:
            # Where there are few, each stays one width longer.
            names += (" odd", " half", " quarter")[tick.rank - 1 + roomy]
        names += " first" if part < edge else " last" if part > 1 - edge else ""
        labels.append(Label(part, moment(tick.at, zone, tick.kind, locale), names.strip()))
    return tuple(labels)


@lru_cache(maxsize=256)
def labels_html(labels: Sequence[Label]) -> str:
    """Return the labels, each placed from the first one: while the window slides, one number changes and not ten."""
    first = labels[0].at if labels else 0.0
    groups: dict[str, list[str]] = {}
    for label in labels:
        rank, _, names = label.names.partition(" ") if label.names.startswith(RANKS) else ("", "", label.names)
        kind = f' class="{names}"' if names else ""
        at = f' x="{100 * (label.at - first):.3g}%"' if label.at != first else ""
        groups.setdefault(rank, []).append(f"<text{at}{kind}>{text(label.words)}</text>")
    items = [f'<g class="{rank}">{"".join(texts)}</g>' if rank else "".join(texts) for rank, texts in groups.items()]
    return f'<svg class="chart-x" aria-hidden="true"><svg x="{percent(first, 1)}">{"".join(items)}</svg></svg>'
