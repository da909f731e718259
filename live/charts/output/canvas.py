"""A drawing that stands alone: one SVG file, right in an `<img>`, an e-mail and Inkscape, without a style sheet.

Positions are pixels from the top left. Colours are named by token; each is written as a plain attribute, in its light
colour, which every program understands, and beside it a class, for which the file's own style sheet has the dark
colour where the reader prefers that; with a theme all have that one. Only colours that were used are in it. Widths of
words are estimated: there is no font to measure here, and the reader's may differ.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Literal
from unicodedata import east_asian_width

from ..marks import Box, Cells, Dot, Mark, Paths, number
from ..path import HEIGHT, placed
from .html import text
from .palette import PAINTS

# The first is what the shipped file calls itself, so that a PNG has its letters whatever else is installed.
FONT = "'Inter Variable', Inter, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
NARROWEST_EM = 0.32  # em
# As its reader prefers, or one for everybody.
Theme = Literal["", "light", "dark"]
_NARROW = frozenset("iljtfrI.,:;|!'()[] \u202f\u2009\u200e")


def width_of(words: str, size: float, weight: int = 400) -> float:
    """Return about how many pixels `words` take at a font size in pixels; rather too many than too few."""
    ems = 0.0
    for character in words:
        if character in _NARROW:
            ems += NARROWEST_EM
        elif character.isupper() or character in "mwMW%@":
            ems += 0.74
        elif east_asian_width(character) in "WF":
            ems += 1.0
        else:
            ems += 0.58
    return ems * size * (1.14 if weight >= 600 else 1.07)


def shortened(words: str, room: float, size: float, weight: int = 400) -> str:
    """Return `words` cut with an ellipsis to fit `room` pixels; "" where not even one letter fits."""
    # No letter is narrower than that, so the rest of a very long text need not be measured again and again.
    max_characters = max(int(room / (NARROWEST_EM * size)) + 1, 0)
    if len(words) <= max_characters and width_of(words, size, weight) <= room:
        return words
    words = words[:max_characters]
    while words and width_of(words + "…", size, weight) > room:
        words = words[:-1]
    return words.rstrip() + "…" if words else ""


class Canvas:
    """Collects shapes; `svg()` writes the file. `width` and `height` are in pixels."""

    def __init__(self, width: float, height: float, theme: Theme = "") -> None:
        self.width, self.height, self.theme = width, height, theme
        self._parts: list[str] = []
        self._used: set[tuple[str, str]] = set()
        self._gradients: set[str] = set()
        self._hatched = False

    def _paint(self, fill: str | None = None, stroke: str | None = None) -> str:
        """Return the attributes that colour a shape by tokens."""
        attributes, classes = [], []
        for kind, token in (("fill", fill), ("stroke", stroke)):
            if token is None:
                attributes.append('fill="none"' if kind == "fill" else "")
            else:
                attributes.append(f'{kind}="{self._colour(token)}"')
                if not self.theme:
                    classes.append(f"{kind[0]}-{token}")
                    self._used.add((kind, token))
        names = f'class="{" ".join(classes)}"' if classes else ""
        return " ".join(filter(None, [names, *attributes]))

    def _colour(self, token: str) -> str:
        return PAINTS[token].dark if self.theme == "dark" else PAINTS[token].light

    @contextmanager
    def part(self, x: float, y: float, width: float, height: float, label: str) -> Iterator[None]:
        """Draw into a part of the canvas, whose top left is (0, 0) meanwhile, and which nothing leaves. `label` is its
        text alternative, not yet escaped."""
        position = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
        self._parts.append(f'<svg {position} role="img" aria-label="{text(label)}">')
        yield
        self._parts.append("</svg>")

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 12,
        weight: int = 400,
        token: str = "ink",
        anchor: str = "start",
        room: float | None = None,
    ) -> float:
        """Write `words` with the baseline at `y`, cut to `room` pixels if not None. Return about the width it takes."""
        if room is not None:
            words = shortened(words, room, size, weight)
        if not words:
            return 0.0
        bold = f' font-weight="{weight}"' if weight != 400 else ""
        alignment = f' text-anchor="{anchor}"' if anchor != "start" else ""
        self._parts.append(
            f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}"{bold}{alignment} '
            f"{self._paint(token)}>{text(words)}</text>"
        )
        return width_of(words, size, weight)

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        token: str,
        *,
        opacity: float = 1.0,
        radius: float = 0.0,
        border: str | None = None,
        title: str = "",
    ) -> None:
        """Fill a rectangle. `border` is the token of a line of one pixel around it. `title` is HTML already."""
        more = f' rx="{number(radius)}"' if radius else ""
        more += f' fill-opacity="{number(opacity)}"' if opacity != 1 else ""
        end = f"><title>{title}</title></rect>" if title else "/>"
        self._parts.append(
            f'<rect x="{number(x)}" y="{number(y)}" width="{number(max(width, 0))}" height="{number(max(height, 0))}"'
            f"{more} {self._paint(token, border)}{end}"
        )

    def circle(self, x: float, y: float, radius: float, token: str, *, border: str | None = None) -> None:
        """Fill a circle; `border` is the token of a line of one pixel around it."""
        position = f'cx="{number(x)}" cy="{number(y)}"'
        if border:  # a circle of its own: not every program paints strokes under fills when asked to
            self._parts.append(f'<circle {position} r="{number(radius + 1)}" {self._paint(border)}/>')
        self._parts.append(f'<circle {position} r="{number(radius)}" {self._paint(token)}/>')

    def line(self, x1: float, y1: float, x2: float, y2: float, token: str, *, dashed: bool = False) -> None:
        dashes = ' stroke-dasharray="4 3"' if dashed else ""
        self._parts.append(
            f'<path d="M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}"{dashes} {self._paint(None, token)}/>'
        )

    def path(
        self, d: str, *, fill: str | None = None, stroke: str | None = None, width: float = 1.0, attributes: str = ""
    ) -> None:
        """Draw an SVG path in pixels; `attributes` are further ones, such as a transform."""
        wide = f' stroke-width="{number(width)}" stroke-linecap="round" stroke-linejoin="round"' if stroke else ""
        self._parts.append(f'<path d="{d}"{wide}{" " + attributes if attributes else ""} {self._paint(fill, stroke)}/>')

    def marks(self, marks: Iterable[Mark], x: float, y: float, width: float, height: float) -> None:
        """Draw the marks of a plot that lies at (x, y)."""
        for mark in marks:
            match mark:
                case Paths():
                    self._paths(mark, x, y, width, height)
                case Box():
                    self._box(mark, x, y, width, height)
                case Dot():
                    self.circle(
                        x + mark.x * width / 100, y + mark.y * height / 100, mark.radius, mark.token, border="surface"
                    )
                case Cells():
                    top, high = y + mark.y * height / 100, mark.height * height / 100
                    for token, left, wide in mark.cells:
                        pixels = (x + left * width / 100, top, wide * width / 100, high)
                        self.rect(*pixels, token, radius=2, border="surface")
                case _:  # a Limit
                    at = mark.at / 100
                    if mark.upright:
                        self.line(x + at * width, y, x + at * width, y + height, mark.token, dashed=True)
                    else:
                        self.line(x, y + at * height, x + width, y + at * height, mark.token, dashed=True)

    def _box(self, box: Box, x: float, y: float, width: float, height: float) -> None:
        across, down = width / 100, height / 100
        pixels = (x + box.x * across, y + box.y * down, box.width * across, box.height * down)
        if box.role == "late":
            self._hatched = True
            left, top, wide, high = map(number, pixels)
            self._parts.append(f'<rect x="{left}" y="{top}" width="{wide}" height="{high}" fill="url(#hatch)"/>')
        elif box.role == "band":
            self.rect(*pixels, box.token, opacity=0.08)
        else:
            self.rect(*pixels, box.token, radius=2, border="surface" if box.role == "cell" else None, title=box.title)

    def _paths(self, paths: Paths, x: float, y: float, width: float, height: float) -> None:
        across, down = width / paths.width, height / HEIGHT
        left = x - paths.left * across
        for fill in paths.fills:
            d = placed(fill.path, left, y, across, down)
            if fill.flat:
                # On the ground's colour first: the layer below must not shine through.
                self._parts.append(f'<path d="{d}" {self._paint("surface")}/>')
                self._parts.append(f'<path d="{d}" fill-opacity="0.78" {self._paint(fill.token, "surface")}/>')
            elif fill.faint:
                self._parts.append(f'<path d="{d}" fill-opacity="0.16" {self._paint(fill.token)}/>')
            else:
                self._gradients.add(fill.token)
                self._parts.append(f'<path d="{d}" fill="url(#fill-{fill.token})"/>')
        thickness = 1.5 if len(paths.strokes) > 4 else 2
        for stroke in paths.strokes:
            dashes = 'stroke-dasharray="6 4"' if stroke.token in ("s7", "s8") else ""
            d = placed(stroke.path, left, y, across, down)
            self.path(d, stroke=stroke.token, width=thickness, attributes=dashes)

    def svg(self, label: str, role: str = "img") -> str:
        """Return the file. `label` is the text alternative, not yet escaped; one with labelled parts is a "group"."""
        defs = []
        for token in sorted(self._gradients):
            stop = f'stop-color="{self._colour(token)}"'
            if not self.theme:
                self._used.add(("stop-color", token))
                stop = f'class="g-{token}" {stop}'
            defs.append(
                f'<linearGradient id="fill-{token}" x1="0" y1="0" x2="0" y2="1"><stop {stop} stop-opacity="0.25"/>'
                f'<stop offset="1" {stop} stop-opacity="0"/></linearGradient>'
            )
        if self._hatched:
            defs.append(
                '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
                f'<path d="M0 0v6" stroke-width="2" {self._paint(None, "axis")}/></pattern>'
            )
        inside = f"<defs>{''.join(defs)}</defs>" if defs else ""
        style = "" if self.theme else f"<style>{dark_style(self._used)}</style>"
        wide, high = number(self.width), number(self.height)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" '
            f'role="{role}" aria-label="{text(label)}" font-family="{FONT}">{style}{inside}'
            f"{''.join(self._parts)}</svg>\n"
        )


_CLASS_PREFIXES = {"fill": "f", "stroke": "s", "stop-color": "g"}


def dark_style(used: Iterable[tuple[str, str]]) -> str:
    """Return the rules that repaint what was used where the reader prefers dark: pairs of a property and a token."""
    rules = [f".{_CLASS_PREFIXES[name]}-{token}{{{name}:{PAINTS[token].dark}}}" for name, token in sorted(used)]
    return f"@media(prefers-color-scheme:dark){{{''.join(rules)}}}"
