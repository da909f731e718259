"""Every example, in the order of the page."""

from gallery.examples import Example
from gallery.sections.bars import BAR, HISTOGRAM
from gallery.sections.board import board
from gallery.sections.lines import AREA, LINE
from gallery.sections.numbers import DONUT, GAUGE, SPARKLINE, STAT
from gallery.sections.others import HEATMAP, STATUS, TABLE, TEXT, TIMELINE
from gallery.sections.places import LANGUAGES, SIZES, UNITS
from gallery.sections.wrong import HARD, STATES

__all__ = ["SECTIONS", "board", "example", "examples"]

KINDS = (LINE, AREA, BAR, HISTOGRAM, SPARKLINE, STAT, GAUGE, DONUT, HEATMAP, TIMELINE, STATUS, TABLE, TEXT)
SECTIONS = (*KINDS, STATES, UNITS, LANGUAGES, SIZES, HARD)


def examples() -> list[Example]:
    """Return all, in the order of the page."""
    return [*board(), *[shown for section in SECTIONS for shown in section.examples]]


def example(slug: str) -> Example | None:
    """Return the example that is called so."""
    return next((shown for shown in examples() if shown.slug == slug), None)
