"""Every example, in the order of the page. A section is a TOML file of this folder, which is called like the section.

A row of `examples` is the slug, heading, words and call of an `Example`, and its width if that is not the usual one.
"""

import tomllib
from pathlib import Path

from boards import kinds
from gallery.examples import Example, Section


def _section(slug: str) -> Section:
    content = tomllib.loads((Path(__file__).parent / f"{slug}.toml").read_text("utf-8"))
    examples = tuple([Example(*row) for row in content["examples"]])
    return Section(slug, content.get("heading", slug), content["words"], examples)


_KIND_SLUGS = "line area bar histogram sparkline stat gauge donut heatmap timeline status table text".split()
KINDS = tuple(map(_section, _KIND_SLUGS))
SECTIONS = (*KINDS, *map(_section, "states units languages sizes hard".split()))
_BOARD = _section("board")


def board() -> list[Example]:
    """Return the board at the top of the page: the kinds beside each other, as on a wall.

    At its end is the example of each panel kind that has no section of its own.
    """
    others = [
        Example(f"board-{kind.name}", str(kind.label), "", kind.example) for kind in kinds.every() if kind.example
    ]
    return [*_BOARD.examples, *others]


def examples() -> list[Example]:
    """Return all, in the order of the page."""
    return [*board(), *[shown for section in SECTIONS for shown in section.examples]]


def example(slug: str) -> Example | None:
    """Return the example that is called so."""
    return next((shown for shown in examples() if shown.slug == slug), None)
