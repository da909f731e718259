"""The style sheets of live on a page of somebody else's: they change nothing there but live's own."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import live

STYLES = Path(live.__file__).parent / "static" / "live"


@pytest.mark.parametrize("path", sorted(STYLES.rglob("*.css")), ids=lambda path: path.name)
def test_custom_properties_have_a_prefix(path: Path) -> None:
    """One of a project's own with the same name would have been overruled, or would have overruled ours."""
    names = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", path.read_text()))
    assert {name for name in names if not name.startswith("--live-")} == set()


@pytest.mark.parametrize("path", sorted(STYLES.rglob("*.css")), ids=lambda path: path.name)
def test_no_length_is_of_the_root_alone(path: Path) -> None:
    """Below a root of 10 px, as projects have it, everything would be as small; conditions cannot read a property."""
    left_out = r"/\*.*?\*/|@(container|media|supports)[^{]*\{|--live-rem: max\(1rem, 16px\)"
    assert re.findall(r"[\d.]+rem\b", re.sub(left_out, "", path.read_text(), flags=re.DOTALL)) == []


# What live's own elements have, and nobody else's.
OWN = re.compile(r"[#.]live(?![a-z])|\.chart(?![a-z])|\[data-(live-|(seal|out-of-date)(?![a-z-]))")
# htmx's own, and what is on the root: nothing but custom properties.
HTMX, ROOT = re.compile(r"\.htmx-(indicator|request)"), re.compile(r":root\b")
# Without scripts notices go on top of the page, by what is around them.
LAID_OUT = ["body:has(> #live-notices .live-notice)"]


def rules(css: str) -> Iterator[tuple[str, str]]:
    """Selectors and their declarations, also of rules in conditions; those of one rule one by one."""
    css = re.sub(r"/\*.*?\*/|@keyframes[^{]*\{([^{}]*\{[^{}]*\})*\s*\}|@import[^;]*;", "", css, flags=re.DOTALL)
    for prelude, declarations in re.findall(r"([^{};]+)\{([^{}]*)\}", css):
        if not prelude.strip().startswith("@"):
            for selector in split(prelude):
                yield selector, declarations


def split(selectors: str) -> list[str]:
    """At the commas that are in no parentheses."""
    parts, depth = [""], 0
    for letter in selectors:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def is_own(selector: str) -> bool:
    """Whether it matches nothing but elements of live's, or inside of them."""
    groups = re.findall(r":(?:is|where)(\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))", selector)
    outside = re.sub(r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", "", selector)
    return bool(OWN.search(outside)) or any(all(map(is_own, split(group[1:-1]))) for group in groups)


@pytest.mark.parametrize("path", sorted(STYLES.rglob("*.css")), ids=lambda path: path.name)
def test_selectors_match_nothing_but_what_is_lives_own(path: Path) -> None:
    """A project's own .notice-body, say, would look as ours."""
    assert {
        selector
        for selector, declarations in rules(path.read_text())
        if not (is_own(selector) or HTMX.match(selector) or selector in LAID_OUT)
        and not (ROOT.match(selector) and re.fullmatch(r"(\s*--live-[\w-]+:[^;]*;?)*\s*", declarations))
    } == set()


@pytest.mark.parametrize(
    ("selector", "own"),
    [
        (".live-banner p", True),
        ("#live:hover", True),
        (":is(.live-a, [dir=rtl] .chart-b) > a", True),
        (":is(.live-a, .notice)", False),
        ("p:not(.live-a)", False),
        ("main:has(.live-a)", False),
        (".alive, .charted", False),
        (".charted", False),
        ("[data-live=ended] p", False),
    ],
)
def test_it_is_known_what_a_selector_matches(selector: str, own: bool) -> None:
    assert is_own(selector) is own


def test_rules_are_read_also_in_conditions() -> None:
    css = "/* a */ @media (x) { .a, :is(.b, .c) { margin: 0 } } @keyframes k { from { top: 0 } } @font-face { src: a }"
    assert list(rules(css)) == [(".a", " margin: 0 "), (":is(.b, .c)", " margin: 0 ")]
