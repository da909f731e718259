"""A drawing that stands alone."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.charts import Threshold, line
from live.charts.marks import Box, Dot, Fill, Limit, Paths, Stroke
from live.charts.output.canvas import Canvas, shortened, width_of
from live.charts.output.palette import PAINTS
from live.charts.path import HEIGHT
from tests.unit.live.charts.markup import SVG, points

SCRIPT = '"><script>alert(1)</script>'
words = st.text(max_size=60)


def parse(canvas, label="what"):
    text = canvas.svg(label)
    assert "var(" not in text
    return ElementTree.fromstring(text)


def shapes(canvas):
    """Return (tag, attributes) of what was drawn."""
    elements = [e for e in parse(canvas) if e.tag not in (f"{SVG}style", f"{SVG}defs")]
    return [(e.tag.removeprefix(SVG), e.attrib) for e in elements]


def rules(canvas):
    """Return {(class, property): colour} of the dark style sheet."""
    style = parse(canvas).find(f"{SVG}style").text
    inside = re.fullmatch(r"@media ?\(prefers-color-scheme: ?dark\) ?\{(.*)\}", style, re.S)
    assert inside or not style, style
    rules = re.findall(r"\.([\w-]+) ?\{ ?([\w-]+): ?(#\w{6});? ?\}", inside[1] if inside else "")
    assert len(rules) == len(re.findall(r"\{", inside[1] if inside else "")), style
    return {(name, key): colour for name, key, colour in rules}


def test_an_empty_canvas():
    canvas = Canvas(300, 200)
    assert shapes(canvas) == []
    assert parse(canvas).attrib["viewBox"] == "0 0 300 200"
    assert rules(canvas) == {}


def test_a_part_has_a_corner_of_its_own_and_a_label():
    canvas = Canvas(300, 200)
    with canvas.part(10, 20, 30.5, 40, SCRIPT):
        canvas.rect(0, 0, 9, 9, "ink")
    (part,) = parse(canvas).findall(f"{SVG}svg")
    assert [part.attrib[name] for name in ("x", "y", "width", "height")] == ["10", "20", "30.5", "40"]
    assert (part.attrib["role"], part.attrib["aria-label"]) == ("img", SCRIPT)
    assert [element.tag for element in part] == [f"{SVG}rect"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_has_plain_colours_and_no_style(theme):
    canvas = Canvas(300, 200, theme)
    canvas.marks([Paths(0, 10, [Fill("s1", "M0 0h1z")], [Stroke("s2", "M0 0h1")])], 0, 0, 300, 200)
    text = canvas.svg("what")
    assert "<style" not in text and "class=" not in text
    assert all(getattr(PAINTS[token], theme) in text for token in ("s1", "s2"))


def test_the_label_is_escaped():
    assert parse(Canvas(9, 9), SCRIPT + "\x00").attrib["aria-label"] == SCRIPT


def test_width_grows_with_every_letter_and_with_the_size():
    assert width_of("", 12) == 0
    assert width_of("il", 12) < width_of("ab", 12) < width_of("MW", 12)
    assert width_of("ab", 24) == 2 * width_of("ab", 12)
    assert width_of("ab", 12, 600) > width_of("ab", 12)
    assert width_of("数", 12) == pytest.approx(12 * 1.07)


@given(words, words, st.floats(1, 99))
def test_width_is_that_of_the_parts(one, other, size):
    assert width_of(one + other, size) == pytest.approx(width_of(one, size) + width_of(other, size))
    assert width_of(one + other, size) >= width_of(one, size)


@given(words, st.floats(0, 500), st.floats(6, 40), st.sampled_from([400, 600]))
def test_shortened_words_fit_and_are_as_long_as_they_can(text, room, size, weight):
    cut = shortened(text, room, size, weight)
    assert width_of(cut, size, weight) <= room
    if cut != text and cut:
        assert cut.endswith("…")
        assert text.startswith(cut[:-1])
        kept = len(cut) - 1
        blank = len(text[kept:]) - len(text[kept:].lstrip())
        assert width_of(text[: kept + blank + 1] + "…", size, weight) > room
    if not cut and text:
        assert width_of(text[0] + "…", size, weight) > room


def test_text():
    canvas = Canvas(100, 100)
    assert canvas.text(1, 2, "a<b", size=14, weight=600, token="muted", anchor="end") == width_of("a<b", 14, 600)
    assert canvas.text(1, 2, "") == 0
    assert canvas.text(1, 2, "abc", room=2) == 0
    assert canvas.text(1, 20, "x" * 99, room=50) <= 50
    (first, second) = shapes(canvas)
    assert first == (
        "text",
        {
            "x": "1",
            "y": "2",
            "font-size": "14",
            "font-weight": "600",
            "text-anchor": "end",
            "class": "f-muted",
            "fill": PAINTS["muted"].light,
        },
    )
    assert "font-weight" not in second[1]
    assert next(parse(canvas).iter(f"{SVG}text")).text == "a<b"


def test_rectangles():
    canvas = Canvas(100, 100)
    canvas.rect(1, 2, 3, 4, "s1", opacity=0.5, radius=2, border="line", title="a &amp; b")
    canvas.rect(1, 2, -3, -4, "s1")
    (tag, rect), (_, empty) = shapes(canvas)
    assert tag == "rect"
    assert (rect["class"], rect["fill"], rect["stroke"]) == (
        "f-s1 s-line",
        PAINTS["s1"].light,
        PAINTS["line"].light,
    )
    assert (rect["rx"], rect["fill-opacity"]) == ("2", "0.5")
    assert parse(canvas).find(f"{SVG}rect/{SVG}title").text == "a & b"
    assert (empty["width"], empty["height"]) == ("0", "0")
    assert not {"rx", "fill-opacity", "stroke"} & set(empty)


def test_circles_and_lines():
    canvas = Canvas(100, 100)
    canvas.circle(1, 2, 3, "s1")
    canvas.circle(1, 2, 3, "s1", border="surface")
    canvas.line(1, 2, 3, 4, "bad", dashed=True)
    elements = shapes(canvas)
    assert [e["r"] for tag, e in elements if tag == "circle"] == ["3", "4", "3"]
    assert [e["class"] for tag, e in elements if tag == "circle"] == ["f-s1", "f-surface", "f-s1"]
    _, line_of = elements[-1]
    assert (line_of["d"], line_of["stroke-dasharray"]) == ("M1 2L3 4", "4 3")
    assert (line_of["fill"], line_of["stroke"]) == ("none", PAINTS["bad"].light)


def test_the_dark_style_has_exactly_what_was_used():
    canvas = Canvas(100, 100)
    canvas.rect(0, 0, 1, 1, "surface", border="line")
    canvas.line(0, 0, 1, 1, "s3")
    canvas.text(0, 0, "a", token="ink")
    assert rules(canvas) == {
        ("f-surface", "fill"): PAINTS["surface"].dark,
        ("s-line", "stroke"): PAINTS["line"].dark,
        ("s-s3", "stroke"): PAINTS["s3"].dark,
        ("f-ink", "fill"): PAINTS["ink"].dark,
    }


def test_gradients_and_the_hatch_are_there_if_they_are_used():
    canvas = Canvas(100, 100)
    assert parse(canvas).find(f"{SVG}defs") is None
    fill = Fill("s2", f"M0 0l1 {HEIGHT}V{HEIGHT}H0z")
    canvas.marks([Paths(0, 1, [fill, fill], []), Box("late", "", 50, 0, 50, 100)], 0, 0, 100, 100)
    defs = parse(canvas).find(f"{SVG}defs")
    assert [e.attrib["id"] for e in defs] == ["fill-s2", "hatch"]
    assert [e.attrib["stop-color"] for e in defs[0]] == [PAINTS["s2"].light] * 2
    assert rules(canvas) == {
        ("g-s2", "stop-color"): PAINTS["s2"].dark,
        ("s-axis", "stroke"): PAINTS["axis"].dark,
    }
    assert [e["fill"] for _, e in shapes(canvas)] == ["url(#fill-s2)"] * 2 + ["url(#hatch)"]


def test_marks_are_where_they_belong():
    canvas = Canvas(1000, 1000)
    canvas.marks(
        [
            Paths(-0.5, 4, [], [Stroke("s1", f"M0 0l1 {HEIGHT}")]),
            Box("bar", "s2", 10, 20, 30, 40),
            Box("band", "warn", 0, 0, 100, 10),
            Dot("s1", 50, 50, 2),
            Limit("bad", 25),
            Limit("bad", 25, True),
        ],
        100,
        200,
        400,
        500,
    )
    elements = shapes(canvas)
    assert points(elements[0][1]["d"]) == [(150, 200), (250, 700)]
    assert [elements[1][1][key] for key in ("x", "y", "width", "height")] == ["140", "300", "120", "200"]
    assert elements[2][1]["fill-opacity"] == "0.08"
    assert (elements[4][1]["cx"], elements[4][1]["cy"], elements[4][1]["r"]) == ("300", "450", "2")
    assert elements[5][1]["d"] == "M100 325L500 325"
    assert elements[6][1]["d"] == "M200 200L200 700"


def test_a_layer_hides_what_is_below():
    canvas = Canvas(100, 100)
    canvas.marks([Paths(0, 1, [Fill("s1", f"M0 0l1 0V{HEIGHT}H0z", True)], [])], 0, 0, 100, 100)
    assert [e["class"].split()[0] for _, e in shapes(canvas)] == ["f-surface", "f-s1"]


def test_lines_are_thinner_from_the_fifth_on_and_the_last_two_dashed():
    canvas = Canvas(100, 100)
    for count in (4, 8):
        lines = [Stroke(f"s{i}", "M0 0l1 0") for i in range(1, count + 1)]
        canvas.marks([Paths(0, 1, [], lines)], 0, 0, 100, 100)
    strokes = [e for _, e in shapes(canvas)]
    assert [e["stroke-width"] for e in strokes] == ["2"] * 4 + ["1.5"] * 8
    assert ["stroke-dasharray" in e for e in strokes] == [False] * 10 + [True] * 2


def test_a_token_that_there_is_not():
    with pytest.raises(KeyError):
        Canvas(9, 9).rect(0, 0, 1, 1, "pink")


def test_every_colour_of_a_chart_has_a_dark_one():
    made = line(
        {str(i): [i, None, i + 1, None, None, None] for i in range(8)},
        start=0,
        step=60,
        fill=True,
        thresholds=[Threshold(3, "warn"), Threshold(5, "bad")],
    )
    text = made.svg(title="a", caption="b", note="c")
    root = ElementTree.fromstring(text)
    dark = re.findall(r"\.([fsg])-([\w]+)", root.find(f"{SVG}style").text)
    used = {tuple(name.split("-")) for e in root.iter() for name in e.attrib.get("class", "").split() if "-" in name}
    assert set(dark) == used
    assert len(dark) == len(set(dark))
    assert {token for _, token in used} <= set(PAINTS)
    for element in root.iter():
        for key, prefix in (("fill", "f"), ("stroke", "s"), ("stop-color", "g")):
            value = element.attrib.get(key, "")
            if value.startswith("#"):
                (token,) = [n[2:] for n in element.attrib["class"].split() if n.startswith(f"{prefix}-")]
                assert value == PAINTS[token].light


@given(words, words, st.floats(0, 100), st.sampled_from(sorted(PAINTS)))
def test_any_words_are_well_formed(text, label, at, token):
    canvas = Canvas(100, 100)
    canvas.text(at, at, text, token=token)
    parse(canvas, label)


def test_a_very_long_word_is_cut_without_being_measured_to_its_end():
    assert shortened("x" * 1_000_000, 100, 12).endswith("…")
    assert shortened("i" * 24, 100, 12) == "i" * 24
