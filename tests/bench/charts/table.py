"""The table that is printed, and the sentence at its end."""

from collections.abc import Sequence
from typing import NamedTuple

from .measure import Cost, Size
from .rows import Bounds, Row

# Milliseconds that the others took for 300 points x 3 where the prototype was measured: how fast that machine was.
THERE = {"pygal": 20.0, "matplotlib": 133.0}
NONE = "-"


class Found(NamedTuple):
    """What was measured of a row, or its `fault`; `others` by name, as (CPU in µs, bytes)."""

    row: Row
    cost: Cost | None
    size: Size | None
    others: dict[str, tuple[float, int]]
    fault: str = ""


COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("", "", 29),
    ("CPU", "µs", 8),
    ("lowest", "quarter", 8),
    ("", "bytes", 8),
    ("", "gzip", 7),
    ("next", "frame", 7),
    ("prototype", "µs / bytes / next", 20),
    ("goal", "µs / bytes / next", 19),
    ("of prototype", "CPU bytes next", 17),
    ("of goal", "CPU bytes next", 17),
    ("of pygal", "CPU   bytes", 14),
    ("of matplotlib", "CPU   bytes", 15),
    ("of a", "loop", 8),
)


def lines(found: Sequence[Found], loop: float) -> list[str]:
    """Return the table. `loop` is what a template loop over 300 points x 3 took, in µs."""
    printed = [
        "".join(f"{column[line]:>{column[2]}}" if column[0] or column[1] else " " * column[2] for column in COLUMNS)
        for line in (0, 1)
    ]
    for each in found:
        cells = [f"{each.row.name:{COLUMNS[0][2]}}"]
        if each.cost is None or each.size is None:
            printed.append(f"{cells[0]}  not measured: {each.fault}")
            continue
        here = Bounds(each.cost.median, each.size.raw, each.size.following)
        texts = [
            f"{each.cost.median:,.0f}",
            f"{each.cost.quartile:,.0f}",
            f"{each.size.raw:,}",
            f"{each.size.gzip:,}",
            f"{each.size.following:,}",
            _bounds(each.row.prototype),
            _bounds(each.row.goal),
            _parts(here, each.row.prototype),
            _parts(here, each.row.goal),
            _of(here, each.others.get("pygal")),
            _of(here, each.others.get("matplotlib")),
            f"{each.cost.median / loop:.3f}",
        ]
        cells += [f"{text:>{column[2]}}" for text, column in zip(texts, COLUMNS[1:], strict=True)]
        printed.append("".join(cells))
    return printed


def _bounds(bounds: Bounds | None) -> str:
    if bounds is None:
        return NONE
    return " / ".join([NONE if each is None else f"{each:,.0f}" for each in bounds])


def _parts(here: Bounds, bounds: Bounds | None) -> str:
    if bounds is None:
        return NONE
    pairs = zip(here, bounds, strict=True)
    return " ".join([f"{a / b:5.2f}" if a is not None and b is not None else f"{NONE:>5}" for a, b in pairs])


def _of(here: Bounds, other: tuple[float, int] | None) -> str:
    if other is None or here.cpu is None or here.raw is None:
        return NONE
    return f"{here.cpu / other[0]:.4f} {here.raw / other[1]:6.3f}"


def misses(found: Sequence[Found], which: str) -> list[str]:
    """Return, in words, each row whose bytes are more than its `which`, "prototype" or "goal"."""
    words = []
    for each in found:
        bounds: Bounds | None = getattr(each.row, which)
        if bounds is None:
            continue
        name = each.row.name.strip()
        if each.size is None:
            words.append(f"{name} (not measured)")
            continue
        if bounds.raw is not None and each.size.raw > bounds.raw:
            words.append(f"{name} ({each.size.raw:,} B, not {bounds.raw:,})")
        if bounds.following is not None and each.size.following > bounds.following:
            words.append(f"{name}, next frame ({each.size.following:,} B, not {bounds.following:,})")
    return words


def slow(found: Sequence[Found], which: str, speed: float) -> list[str]:
    """Return each row whose CPU is more than its `which` on a machine that takes `speed` times as long as that one."""
    words = []
    for each in found:
        bounds: Bounds | None = getattr(each.row, which)
        if bounds is None or bounds.cpu is None or each.cost is None:
            continue
        allowed = bounds.cpu * speed
        if each.cost.median > allowed:
            words.append(f"{each.row.name.strip()} ({each.cost.median:,.0f} µs, not {allowed:,.0f})")
    return words
