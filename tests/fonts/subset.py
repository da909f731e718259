"""Make the font files in live/static/live/fonts/ of Inter's own: ``make fonts``, after a change of what is in here.

Inter 4.1 by its authors, as they publish it to npm (``tests/npm.sh fonts``), one variable font: weights 400 to 700,
optical size 14, the features that text and columns of digits need, and the characters of ``RANGES``. As woff2 for
browsers, and as TrueType for PNG, whose converter reads no woff2. Cyrillic and Greek are 13 kB of 62 kB together: not
worth a file and a request of their own. What is not in here, such as Arabic or Chinese, browsers take from the system.
"""

from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / ".venv" / "npm-fonts" / "node_modules" / "inter-ui" / "variable" / "InterVariable.woff2"
FONTS = ROOT / "live" / "static" / "live" / "fonts"

AXES = {"opsz": 14, "wght": (400, 700)}
FEATURES = ["ccmp", "kern", "locl", "mark", "mkmk", "tnum"]
RANGES = {
    "Latin": "20-7E A0-17F 192 218-21B 1E9E 2C6-2DD 300-304 306-30C 326-328",
    "Vietnamese": "1A0-1A1 1AF-1B0 309 323 1EA0-1EF9",
    "Greek and Cyrillic": "384-3CE 400-45F 490-491",
    "punctuation, raised and lowered digits, currencies": "2000-206F 2070-208E 20A0-20C0",
    "letters and numbers as signs": "2103 2109 2113 2116 2122 2126 212E",
    "arrows": "2190-2199 21A9-21AA 21BA-21BB",
    "mathematics": "2202 2206 220F 2211 2212 2215 221A 221E 222B 2248 2260 2264 2265",
    "marks": "2318 25A0-25FF 2605-2606 2610-2611 26A0 2713 2717 FFFD",
}
# Marks that Inter does not have, and those of its own that are drawn for them.
SUBSTITUTES = {0x2715: 0xD7, 0x25AC: 0x2014}
KEPT_NAMES = [*range(7), 13, 14]  # copyright, names, version, licence


def characters() -> list[int]:
    """The code points of all ranges."""
    points = []
    for part in " ".join(RANGES.values()).split():
        first, _, last = part.partition("-")
        points += range(int(first, 16), int(last or first, 16) + 1)
    return points


def make(flavor: str | None, target: Path) -> None:
    """Write one file: of flavor "woff2", or None for TrueType."""
    font = TTFont(SOURCE, recalcTimestamp=False)
    options = Options(layout_features=FEATURES, hinting=False, name_IDs=KEPT_NAMES, notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    for table in font["cmap"].tables:
        table.cmap |= {mark: table.cmap[own] for mark, own in SUBSTITUTES.items() if own in table.cmap}
    instantiateVariableFont(font, AXES, inplace=True)
    font.flavor = flavor
    font.save(target)
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    make("woff2", FONTS / "inter.woff2")
    make(None, FONTS / "inter.ttf")
