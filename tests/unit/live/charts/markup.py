"""What every chart must be, in every medium, checked by parsing it."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

from django.utils.safestring import SafeString

from live.charts.output.chart import Chart
from live.charts.path import HEIGHT

FORBIDDEN_TAGS = {"script", "style", "form", "input", "button", "select", "textarea", "details", "iframe", "img"}
VOID = {"hr", "br"}
PLACES = ("x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height")
SVG = "{http://www.w3.org/2000/svg}"
PATH = re.compile(r"[MmLlVvHhZz]|-?\d+(?:\.\d+)?")


class _Balance(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def parsed(chart: Chart | str) -> ElementTree.Element:
    """Return the parsed HTML after checking all that holds for every chart."""
    html = str(chart)
    assert isinstance(html, SafeString)
    balance = _Balance()
    balance.feed(html)
    balance.close()
    assert balance.open == []
    root = ElementTree.fromstring(f"<figure>{html}</figure>")
    for element in root.iter():
        assert element.tag not in FORBIDDEN_TAGS
        assert not {"id", "style"} & set(element.attrib)
        assert not [name for name in element.attrib if name.startswith("on")]
        if element.tag == "a" and "href" in element.attrib:
            assert element.attrib["href"].startswith(("http://", "https://", "mailto:", "/", "#"))
        for name in PLACES:
            if name in element.attrib:
                number = re.fullmatch(r"(-?\d+(?:\.\d+)?)%?", element.attrib[name])
                assert number, (name, element.attrib[name])
                assert -0.01 <= float(number[1]) <= 100.01
        for name, value in element.attrib.items():
            if name not in ("aria-label", "title", "href", "datetime"):
                assert not re.search(r"\b(nan|inf)\b", value, re.I), (element.tag, name, value)
        inside(element)
        if element.tag == "svg" and "viewBox" in element.attrib:
            left, top, width, height = map(float, element.attrib["viewBox"].split())
            assert width > 0 and height > 0
            for path in element.iter("path"):
                for x, y in points(path.attrib["d"]):
                    assert left - 0.51 <= x <= left + width + 0.51 and top - 0.01 <= y <= top + height + 0.01
    return root


def inside(element: ElementTree.Element) -> None:
    """Check that a box in percent does not leave what it is in."""
    for start, size in (("x", "width"), ("y", "height")):
        if element.tag == "rect" and element.attrib.get(size, "").endswith("%"):
            begin = float(element.attrib.get(start, "0").rstrip("%"))
            assert begin + float(element.attrib[size].rstrip("%")) <= 100.03


def drawn(chart: Chart, width: float = 720, height: float = 360, **words: str) -> ElementTree.Element:
    """Return the parsed stand-alone picture, after checking that it is one and that nothing leaves its box."""
    root = ElementTree.fromstring(chart.svg(width=width, height=height, **words))
    assert root.tag == f"{SVG}svg"
    for element in root.iter():
        assert element.tag.removeprefix(SVG) not in FORBIDDEN_TAGS - {"style"}
        assert "style" not in element.attrib
        assert not [name for name in element.attrib if name.startswith("on")]
        assert "var(" not in " ".join(element.attrib.values())
        for name, value in element.attrib.items():
            if name != "aria-label":
                assert not re.search(r"\b(nan|inf)\b", value, re.I), (element.tag, name, value)
        if element.tag == f"{SVG}rect":
            x, y = float(element.attrib.get("x", 0)), float(element.attrib.get("y", 0))
            assert -0.02 <= x <= x + float(element.attrib["width"]) <= width + 0.02
            assert -0.02 <= y <= y + float(element.attrib["height"]) <= height + 0.02
        if element.tag == f"{SVG}path" and "transform" not in element.attrib and "A" not in element.attrib["d"]:
            for x, y in points(element.attrib["d"]):
                assert -0.02 <= x <= width + 0.02 and -0.02 <= y <= height + 0.02
        if element.tag == f"{SVG}text":
            assert -0.02 <= float(element.attrib["x"]) <= width + 0.02
            assert 0 <= float(element.attrib["y"]) <= height + 8
    return root


def points(d: str) -> list[tuple[float, float]]:
    """Return every point that a path of straight lines goes through."""
    assert re.fullmatch(r"[-.\dMLVHahlmvzZ ]*", d), d
    corners, tokens, command, at = [], PATH.findall(d), "", 0
    x = y = 0.0
    if not tokens:  # an arc or another command that only a picture of its own kind has
        return corners
    while at < len(tokens):
        if tokens[at].isalpha():
            command = tokens[at]
            at += 1
            if command in "zZ":
                continue
        if command in "VvHh":
            amount = float(tokens[at])
            at += 1
            x, y = {"V": (x, amount), "v": (x, y + amount), "H": (amount, y), "h": (x + amount, y)}[command]
        else:
            a, b = float(tokens[at]), float(tokens[at + 1])
            at += 2
            x, y = (x + a, y + b) if command in "lm" else (a, b)
        corners.append((x, y))
    return corners


def decoded(d: str, low: float, high: float) -> list[tuple[float, float]]:
    """Return (index, value) for each point of a path on an axis that ends at `low` and `high`."""
    return [(x, high - y * (high - low) / HEIGHT) for x, y in points(d)]


def strokes(d: str, low: float, high: float) -> list[list[tuple[float, float]]]:
    """Return the unbroken lines of a path, each `decoded`."""
    return [decoded(f"M{part}", low, high) for part in d.split("M")[1:]]


def spoken(chart: Chart) -> str:
    """Return the text alternative of a chart with axes as its page says it, with plain spaces."""
    plot = classes(parsed(chart), "chart-plot")[0]
    return plot.attrib["aria-label"].replace("\u202f", " ")


def texts(root: ElementTree.Element, css: str) -> list[str]:
    """Return the text of the elements that have a class."""
    return ["".join(e.itertext()) for e in root.iter() if css in e.attrib.get("class", "").split()]


def classes(root: ElementTree.Element, css: str) -> list[ElementTree.Element]:
    """Return the elements that have a class."""
    return [e for e in root.iter() if css in e.attrib.get("class", "").split()]


def circles(root, token="s1"):
    """Return (x, y, radius) of each dot, in percent and pixels; without a radius it is the style sheet's 3."""
    return [
        (float(e.attrib.get("cx", "100%")[:-1]), float(e.attrib["cy"][:-1]), float(e.attrib.get("r", 3)))
        for e in root.iter("circle")
        if e.attrib["class"] == token
    ]


def path_of(root, token="s1"):
    return next((e.attrib["d"] for e in root.iter("path") if e.attrib.get("class") == token), "")


def frame_of(root):
    """Return (left, top, width, height) of a picture's plot, told by its rules."""
    columns = [
        point
        for e in root.iter(f"{SVG}path")
        if e.attrib.get("class") in ("s-grid", "s-axis") and "L" in e.attrib["d"] and "l" not in e.attrib["d"]
        for point in points(e.attrib["d"])
        if e.attrib["d"] != "M0 0v6"
    ]
    xs, ys = [x for x, _ in columns], [y for _, y in columns]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def path_in(root, token="s1"):
    return next((e.attrib["d"] for e in root.iter(f"{SVG}path") if e.attrib.get("class") == f"s-{token}"), "")


def labels_below(root):
    """Return (percent from the left, words) of the labels below a plot over time, sorted."""
    (outer,) = classes(root, "chart-x")
    (inner,) = outer
    first = float(inner.attrib["x"].rstrip("%"))
    labels = [(first + float(e.attrib.get("x", "0%").rstrip("%")), e.text) for e in inner.iter("text")]
    return sorted(labels, key=lambda label: label[0])
