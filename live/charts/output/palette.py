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
    "page": Paint("#f4f6f9", "#0d1015"),
    "surface": Paint("#ffffff", "#161a21"),
    "ink": Paint("#10151f", "#f2f5f9"),
    "muted": Paint("#5b6575", "#a3adbb"),
    "grid": Paint("#eef0f4", "#212731"),
    "axis": Paint("#c3c9d4", "#424b5a"),
    "line": Paint("#e3e7ee", "#252b35"),
    "accent": Paint("#2766e6", "#6c9cff"),
    "s1": Paint("#2766e6", "#6c9cff"),
    "s2": Paint("#d67401", "#f6a561"),
    "s3": Paint("#01a08c", "#8ddac0"),
    "s4": Paint("#ae40a1", "#ee60c9"),
    "s5": Paint("#736d63", "#a3947d"),
    "s6": Paint("#957ee5", "#cbb6ff"),
    "s7": Paint("#2766e6", "#6c9cff"),
    "s8": Paint("#d67401", "#f6a561"),
    "ok": Paint("#147f47", "#3ecf8e"),
    "warn": Paint("#a15c00", "#f6cd45"),
    "bad": Paint("#c8262c", "#ff6b68"),
    "off": Paint("#667080", "#8b95a5"),
    "q0": Paint("#ebf0fb", "#202837"),
    "q1": Paint("#cadbfb", "#2a3853"),
    "q2": Paint("#acc6f6", "#36496e"),
    "q3": Paint("#8fb1ef", "#425a8b"),
    "q4": Paint("#739be7", "#4f6da8"),
    "q5": Paint("#5886dd", "#5d7fc5"),
    "q6": Paint("#3d6fd3", "#6b93e3"),
    "q7": Paint("#2158c9", "#7ca7fe"),
    "q8": Paint("#003fbd", "#9dbefe"),
}
