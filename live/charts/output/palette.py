"""The tokens of `live/theme.css` as plain colours, for drawings that no style sheet reaches.

A stand-alone SVG is shown by an `<img>`, a mail program or Inkscape; none of them loads a style sheet, and some know no
custom properties. A test holds these equal to the style sheet.
"""

from typing import NamedTuple


class Paint(NamedTuple):
    """A token's colour on a light and on a dark ground."""

    light: str
    dark: str


PAINTS: dict[str, Paint] = {
    "surface": Paint("#ffffff", "#0f1217"),
    "ink": Paint("#12161c", "#eef1f6"),
    "muted": Paint("#5b6573", "#9aa5b5"),
    "grid": Paint("#e9ebef", "#242a34"),
    "axis": Paint("#c3c9d2", "#424b5a"),
    "line": Paint("#e2e5ea", "#272e39"),
    "accent": Paint("#0736c2", "#86cdff"),
    "s1": Paint("#0736c2", "#86cdff"),
    "s2": Paint("#da7306", "#efbd24"),
    "s3": Paint("#38a1b9", "#fe6175"),
    "s4": Paint("#ac1b6e", "#b165fd"),
    "s5": Paint("#a457ef", "#0b67a9"),
    "s6": Paint("#5c3915", "#90502c"),
    "s7": Paint("#0736c2", "#86cdff"),
    "s8": Paint("#da7306", "#efbd24"),
    "ok": Paint("#17803f", "#3ec97d"),
    "warn": Paint("#a35c00", "#f2b13c"),
    "bad": Paint("#c8282b", "#ff7673"),
    "off": Paint("#68717e", "#8b96a5"),
    "q0": Paint("#edf1fc", "#1a212d"),
    "q1": Paint("#cbdbfd", "#243445"),
    "q2": Paint("#adc5f9", "#30475d"),
    "q3": Paint("#8faff3", "#3d5c77"),
    "q4": Paint("#7399eb", "#4a7191"),
    "q5": Paint("#5782e2", "#5887ab"),
    "q6": Paint("#3c6bd8", "#679ec7"),
    "q7": Paint("#2252cd", "#76b5e3"),
    "q8": Paint("#0736c2", "#86cdff"),
}
