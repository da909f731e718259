"""The plain colours of drawings that stand alone are those of the style sheet, and the heat map's ramp is one."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

import live.charts
from live.charts.output.palette import PAINTS

THEME = (Path(live.charts.__file__).parent.parent / "static" / "live" / "theme.css").read_text()
RAMP = [f"q{step}" for step in range(9)]
NO_PAINT = {"page"}  # the ground around a tile, which a picture does not have


def tokens(after: str, before: str) -> dict[str, str]:
    """Return the custom properties between two marks of the style sheet, with references among them looked up."""
    block = THEME[THEME.index(after) : THEME.index(before)]
    colours = dict(re.findall(r"--(\w+):\s*([^;]+);", block))
    return {name: colours.get(value[6:-1], value) for name, value in colours.items()}


LIGHT = tokens(":root {", "@media (prefers-color-scheme: dark)")
SYSTEM = tokens("@media (prefers-color-scheme: dark)", ':root[data-theme="dark"]')
DARK = tokens(':root[data-theme="dark"]', "@media (prefers-contrast: more)")
CONTRAST = tokens("@media (prefers-contrast: more)", "@media (forced-colors: active)")
FORCED = tokens("@media (forced-colors: active)", "@media print")
PRINT = THEME[THEME.index("@media print") :]


def test_each_token_has_its_paint_and_each_paint_its_token():
    assert set(PAINTS) == set(LIGHT) - NO_PAINT
    # Seven and eight repeat the first two, by reference, and so they are in no other theme.
    assert set(LIGHT) - set(DARK) == {"s7", "s8"}


@pytest.mark.parametrize("name", sorted(PAINTS))
def test_paints_are_the_themes_colours(name):
    again = {"s7": "s1", "s8": "s2"}.get(name, name)
    assert PAINTS[name].light == LIGHT[name]
    assert PAINTS[name].dark == SYSTEM[again] == DARK[again]


def test_every_theme_has_the_whole_ramp():
    for theme in (LIGHT, SYSTEM, DARK, CONTRAST, FORCED):
        assert [name for name in theme if name in RAMP] == RAMP
    assert re.findall(r"--(q\d): (#\w+)", PRINT) == [(name, LIGHT[name]) for name in RAMP]


def lightness(colour: str) -> float:
    """Return the lightness of a colour as OKLab has it, 0 to 1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_ramp_goes_from_the_ground_to_the_accent_in_equal_steps(theme):
    assert theme["q8"] == theme["accent"]
    values = [lightness(theme[name]) for name in RAMP]
    steps = [b - a for a, b in pairwise(values)]
    assert all(abs(step) > 0.06 for step in steps)
    assert max(steps) - min(steps) < 0.01
    # The lowest is seen on the ground, and nearer to it than to the step after it is far.
    assert 0.03 < abs(values[0] - lightness(theme["surface"])) < 0.08


def test_a_number_can_be_read_on_every_step_of_forced_colours():
    shares = [0, *[int(each) for each in re.findall(r"CanvasText (\d+)%", " ".join(map(FORCED.get, RAMP)))], 100]
    assert len(shares) == 9
    assert shares == sorted(shares)
    for step, share in enumerate(shares):
        # Black on white, and white on black: the numbers of the five lowest steps have the colour of text.
        for ink, ground in ((0.0, 1.0), (1.0, 0.0)):
            cell = (ink * share + ground * (100 - share)) / 100
            words = ink if step <= 4 else ground
            cell, words = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (cell, words))
            assert (max(cell, words) + 0.05) / (min(cell, words) + 0.05) >= 4.5


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(two)))
    return (lighter + 0.05) / (darker + 0.05)


def test_both_dark_themes_are_the_same():
    assert SYSTEM == DARK


def test_text_and_status_colours_can_be_read():
    for theme in (LIGHT, DARK):
        for ground in (theme["surface"], theme["page"]):
            for name in ("ink", "muted", "accent", "ok", "warn", "bad", "off"):
                assert contrast(theme[name], ground) >= 4.5, (name, theme[name], ground)
        for number in range(1, 7):
            assert contrast(theme[f"s{number}"], theme["surface"]) >= 3
