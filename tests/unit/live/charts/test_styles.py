"""The style sheets of charts: all of a chart grows with the page's font size, as on a wall."""

import re
from pathlib import Path

import live.charts

FOLDER = Path(live.charts.__file__).parent.parent / "static" / "live" / "charts"
# Hairlines, outlines, what is drawn around letters, and radii in a drawing that has a scale of its own.
FIXED = re.compile(
    r"(?<![\d.])(?:0|0?\.\d+|1|1\.\d+)px|(?:text-shadow|outline): [^;]+;|\br: 4\d\.5px|--live-rem: [^;}]+"
)
PIXELS = re.compile(r"(?<![\w.-])-?\d*\.?\d+px")


def test_every_length_is_of_the_pages_font_size() -> None:
    files = sorted(FOLDER.glob("*.css"))
    assert "plot.css" in {file.name for file in files}, "they are found"
    lines = [
        f"{file.name}:{number}: {pixels} is the same on every screen; say {float(pixels[:-2]) / 16:g} * var(--live-rem)"
        for file in files
        for number, line in enumerate(file.read_text().splitlines(), 1)
        for pixels in PIXELS.findall(FIXED.sub("", line))
    ]
    assert lines == []
