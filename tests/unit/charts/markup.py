"""What every chart's HTML must be, checked by parsing it."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

from django.utils.safestring import SafeString

FORBIDDEN_TAGS = {"script", "style", "form", "input", "button", "select", "textarea", "details", "iframe", "a", "img"}
VOID = {"hr"}


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


def parsed(html: str) -> ElementTree.Element:
    """Return the parsed HTML after checking all that holds for every chart."""
    assert isinstance(html, SafeString)
    balance = _Balance()
    balance.feed(html)
    balance.close()
    assert balance.open == []
    root = ElementTree.fromstring(f"<figure>{html}</figure>")
    for element in root.iter():
        assert element.tag not in FORBIDDEN_TAGS
        assert not {"id", "style", "href"} & set(element.attrib)
        assert not [name for name in element.attrib if name.startswith("on")]
        for name in ("x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height"):
            if name in element.attrib:
                number = re.fullmatch(r"(-?\d+(?:\.\d+)?)%?", element.attrib[name])
                assert number, (name, element.attrib[name])
                assert -0.01 <= float(number[1]) <= 100.01
        assert re.fullmatch(r"[-.\dMHVahlvz ]*", element.attrib.get("d", ""))
        if element.tag == "svg" and "viewBox" in element.attrib:
            assert all(float(side) > 0 for side in element.attrib["viewBox"].split()[2:])
    return root


def texts(root: ElementTree.Element, css: str) -> list[str]:
    """Return the text of the elements that have a class."""
    return ["".join(e.itertext()) for e in root.iter() if css in e.attrib.get("class", "").split()]


def classes(root: ElementTree.Element, css: str) -> list[ElementTree.Element]:
    """Return the elements that have a class."""
    return [e for e in root.iter() if css in e.attrib.get("class", "").split()]
