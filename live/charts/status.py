"""A list of states. Each is a colour, an icon and a word, so that none of the three is needed to tell them apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from .empty import no_data
from .formats import NONE
from .frame import LEVELS, safe, text

# 16 by 16. The outlines differ, not only what is inside: disc, triangle, octagon, ring.
_ICONS = {
    "ok": '<circle cx="8" cy="8" r="7"/><path d="M4.8 8.3l2.2 2.2 4.2-4.6"/>',
    "warn": '<path class="f" d="M8 1.5l7 12.5H1z"/><path d="M8 6v3.6M8 11.9v.1"/>',
    "bad": '<path class="f" d="M5 1h6l4 4v6l-4 4H5l-4-4V5z"/><path d="M5.5 5.5l5 5M10.5 5.5l-5 5"/>',
    "off": '<circle class="o" cx="8" cy="8" r="6"/><path class="o" d="M5 8h6"/>',
}


@dataclass(frozen=True, slots=True)
class StatusItem:
    """The state of one thing: `level` is "ok", "warn", "bad" or "off", `word` says it ("Up"), `detail` says more."""

    label: str
    level: str
    word: str
    detail: str = ""


def badge(level: str, word: str) -> str:
    """Return icon and word of a level, as an element that takes the level's colour. Not a known level: "off"."""
    level = level if level in LEVELS else "off"
    icon = f'<svg viewBox="0 0 16 16" aria-hidden="true">{_ICONS[level]}</svg>'
    return f'<span class="chart-badge {level}">{icon}{text(word)}</span>'


def status(items: Sequence[StatusItem]) -> SafeString:
    """Return the HTML of a list of states, to follow a `<figcaption>`. No items give the empty state.

    A missing word is an en dash.
    """
    if not items:
        return no_data("No data")
    rows = []
    for item in items:
        detail = f"<small>{text(item.detail)}</small>" if item.detail else ""
        rows.append(f"<li><bdi>{text(item.label)}</bdi>{badge(item.level, item.word or NONE)}{detail}</li>")
    single = " one" if len(items) == 1 else ""
    return safe(f'<ul class="chart-states{single}">{"".join(rows)}</ul>')
