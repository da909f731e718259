"""The plain colours of drawings that stand alone are those of the style sheet, and the heat map's ramp is one."""

import math
import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest

import live.charts
from live.charts.output.palette import PAINTS

THEME = (Path(live.charts.__file__).parent.parent / "static" / "live" / "theme.css").read_text()
RAMP = [f"q{step}" for step in range(9)]
SERIES = [f"s{number}" for number in range(1, 7)]
STATUS = ["ok", "warn", "bad"]
TINTS = ["accent-tint", "ok-tint", "warn-tint", "bad-tint"]
# What a picture does not draw.
NO_PAINT = {"faint", "outage", "on-outage", *TINTS}


def tokens(after: str, before: str | None) -> dict[str, str]:
    """Return the custom properties between two marks of the style sheet, with references among them looked up."""
    block = THEME[THEME.index(after) : THEME.index(before) if before else None]
    colours = dict(re.findall(r"--live-([\w-]+):\s*([^;]+);", block))
    return {name: colours.get(value.removeprefix("var(--live-")[:-1], value) for name, value in colours.items()}


LIGHT = tokens(":root {", "@media (prefers-color-scheme: dark)")
SYSTEM = tokens("@media (prefers-color-scheme: dark)", ':root[data-theme="dark"]')
DARK = tokens(':root[data-theme="dark"]', "@media (prefers-contrast: more)")
CONTRAST = tokens("@media (prefers-contrast: more)", "@media (forced-colors: active)")
FORCED = tokens("@media (forced-colors: active)", "@media print")
PRINT = tokens("@media print", None)


def test_each_token_has_its_paint_and_each_paint_its_token():
    assert set(PAINTS) == set(LIGHT) - NO_PAINT
    # Seven and eight repeat the first two, by reference, and so they are in no other theme.
    assert set(LIGHT) - set(DARK) == {"s7", "s8"}


@pytest.mark.parametrize("name", sorted(PAINTS))
def test_paints_are_the_themes_colours(name):
    again = {"s7": "s1", "s8": "s2"}.get(name, name)
    assert PAINTS[name].light == LIGHT[name]
    assert PAINTS[name].dark == SYSTEM[again] == DARK[again]


def test_each_theme_is_said_of_the_page():
    """A declaration that stands in no rule is dropped by browsers without a word."""
    rules = [line for line in THEME.splitlines() if line.lstrip().startswith(":root") and line.endswith("{")]
    assert len(rules) == 6 and THEME.count("{") == THEME.count("}")
    assert "color-scheme: light;" not in THEME and "color-scheme: dark;" not in THEME, "that is the page's"


def test_every_theme_has_the_whole_ramp():
    for theme in (LIGHT, SYSTEM, DARK, CONTRAST, FORCED):
        assert [name for name in theme if name in RAMP] == RAMP
    assert {name: PRINT[name] for name in RAMP} == {name: LIGHT[name] for name in RAMP}


def test_print_and_forced_colours_leave_no_token_to_the_theme_before():
    assert set(PRINT) == set(DARK)
    assert set(FORCED) == set(DARK)


def linear(colour: str) -> list[float]:
    """Return the three parts of a colour as light, 0 to 1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def oklab(light: list[float]) -> tuple[float, float, float]:
    """Return lightness, 0 to 1, and the two opponent parts of a colour: https://bottosson.github.io/posts/oklab/"""
    r, g, b = light
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def lightness(colour: str) -> float:
    return oklab(linear(colour))[0]


def hue(colour: str) -> float:
    """Return the hue of a colour in degrees."""
    _lightness, a, b = oklab(linear(colour))
    return math.degrees(math.atan2(b, a))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_ramp_goes_from_the_ground_through_the_accents_hue_in_equal_steps(theme):
    values = [lightness(theme[name]) for name in RAMP]
    steps = [b - a for a, b in pairwise(values)]
    assert all(abs(step) > 0.06 for step in steps)
    assert max(steps) - min(steps) < 0.01
    # The lowest is seen on the ground, and nearer to it than to the step after it is far.
    assert 0.03 < abs(values[0] - lightness(theme["surface"])) < 0.08
    # The accent is not strong enough for its end.
    assert min(values[0], values[8]) < lightness(theme["accent"]) < max(values[0], values[8])
    assert all(abs(hue(theme[name]) - hue(theme["accent"])) < 3 for name in RAMP[2:])


# What a colour becomes to an eye without one kind of cones: Machado, Oliveira and Fernandes 2009, severity 1.
BLINDNESS = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def distance(one: str, two: str, blindness: str = "none") -> float:
    """Return how far apart two colours are in OKLab; 0.02 is just seen."""

    def seen(colour: str) -> tuple[float, float, float]:
        light = linear(colour)
        rows = BLINDNESS[blindness]
        return oklab([min(1, max(0, sum(m * c for m, c in zip(row, light, strict=True)))) for row in rows])

    return math.dist(seen(one), seen(two))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("blindness", "least"), [("none", 0.13), ("protan", 0.08), ("deutan", 0.08), ("tritan", 0.08)])
def test_series_colours_are_apart_for_every_eye(theme, blindness, least):
    apart = {(a, b): distance(theme[a], theme[b], blindness) for a, b in combinations(SERIES, 2)}
    assert {pair: length for pair, length in apart.items() if length < least} == {}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_no_series_looks_like_a_status(theme):
    # A just seen difference five times over. Once, the third series was 0.03 from critical in the dark.
    apart = {(a, b): distance(theme[a], theme[b]) for a in SERIES for b in STATUS}
    assert {pair: length for pair, length in apart.items() if length < 0.1} == {}


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
    r, g, b = linear(colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, two: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(two)))
    return (lighter + 0.05) / (darker + 0.05)


def test_tokens_are_set_for_the_page_only():
    without_comments = re.sub(r"/\*.*?\*/", "", THEME, flags=re.S)
    outside = re.sub(r"(?::root|@font-face)[^{}]*\{[^{}]*\}", "", without_comments)
    assert "--" not in outside
    assert outside.count("{") == outside.count("}") == outside.count("@media") == 4


def test_both_dark_themes_are_the_same():
    assert SYSTEM == DARK


def test_text_and_status_colours_can_be_read():
    for theme in (LIGHT, DARK):
        for ground in (theme["surface"], theme["page"]):
            for name in ("ink", "muted", "faint", "accent", "off", *STATUS):
                assert contrast(theme[name], ground) >= 4.5, (name, theme[name], ground)
        for name in SERIES:
            for ground in (theme["surface"], theme["page"]):
                assert contrast(theme[name], ground) >= 3, (name, theme[name], ground)
        for tint in TINTS:
            for name in ("ink", "muted", tint.removesuffix("-tint")):
                assert contrast(theme[name], theme[tint]) >= 4.5, (name, tint)
        assert contrast(theme["on-outage"], theme["outage"]) >= 4.5
