"""What a fragment's HTML must be like to be swapped into an open page.

An out-of-band swap fails silently: without an id, with two roots, as half a table nothing happens or something is
lost. And an outer swap takes focus, typed text, scroll position and an open <details> with it. So the HTML is looked
at when it is rendered, quickly always and wholly in DEBUG and in tests.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from html.parser import HTMLParser

from live.keys import FragmentError

ROOT = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]*)(?=[\s/>])")
# Behind a root's tag, an attribute among others; what is in quotes may have anything in it.
LANGUAGE = re.compile(r"""(?:"[^"]*"|'[^']*'|[^>"'])*?\slang\s*=""", re.IGNORECASE)
DIRECTION = re.compile(r"""(?:"[^"]*"|'[^']*'|[^>"'])*?\sdir\s*=""", re.IGNORECASE)
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
# Their state is the reader's: a swap would lose it.
STATEFUL = frozenset(["form", "input", "textarea", "select", "button", "details", "dialog", "video", "audio", "iframe"])
# They do nothing (script) or are refused by the content security policy (style), and neither is said to anybody.
INERT = frozenset(("script", "style"))
# Outside a table the parser drops them, unless they are in a <template>.
TABLE_PARTS = frozenset("tr td th thead tbody tfoot caption".split())
# What words are put into where they stand for such an element; they are in all columns that there are.
_WRAPPERS = {
    "tr": '<tr><td colspan="1000">{}</td></tr>',
    **{tag: f'<{tag}><tr><td colspan="1000">{{}}</td></tr></{tag}>' for tag in ("thead", "tbody", "tfoot")},
    **{tag: f"<{tag}>{{}}</{tag}>" for tag in ("td", "th", "caption", "li", "dt", "dd")},
}
# Outside an <svg> they are unknown elements of HTML, and invisible; outside a <select> an option is no choice.
INNER_PARTS = frozenset(
    "g path rect circle ellipse line polyline polygon text tspan use defs symbol marker mask pattern clippath"
    " lineargradient radialgradient stop foreignobject option optgroup".split()
)
NO_ROOTS = INNER_PARTS | VOID | {"html", "head", "body", "colgroup", "template"}
# They end an open <p>, and what follows would be outside the element.
BLOCKS = frozenset(
    "address article aside blockquote div dl fieldset figure footer h1 h2 h3 h4 h5 h6 header hr main nav ol p pre"
    " section table ul".split()
)
# Only inside of one of these an element of that tag is what it is: a browser drops parts of tables elsewhere, and what
# reads aloud knows no list. A <template> keeps everything.
_ROW_GROUPS = frozenset(("table", "thead", "tbody", "tfoot", "template"))
CONTAINERS = {
    "tr": _ROW_GROUPS,
    **dict.fromkeys(("td", "th"), _ROW_GROUPS | {"tr"}),
    **dict.fromkeys(("thead", "tbody", "tfoot", "caption"), frozenset(("table", "template"))),
    "li": frozenset(("ul", "ol", "menu", "template")),
    **dict.fromkeys(("dt", "dd"), frozenset(("dl", "template"))),
}
# What may stand in these; a browser puts everything else in front of the table.
CONTENTS = {
    "table": TABLE_PARTS | {"colgroup", "col", "template"},
    **dict.fromkeys(("thead", "tbody", "tfoot"), frozenset(("tr", "td", "th", "template"))),
    "tr": frozenset(("td", "th", "template")),
}


def misplaced(tag: str, open: Sequence[str]) -> str | None:
    """Why an element of that tag cannot be where these elements are open, the innermost last; None where it can."""
    containers = CONTAINERS.get(tag)
    if containers and not containers.intersection(open):
        *others, last = sorted(containers - {"template"})
        return f"<{tag}> is in no {', '.join(f'<{one}>' for one in others)}{' or ' if others else ''}<{last}>"
    if open and tag not in CONTENTS.get(open[-1], (tag,)):
        return f"<{tag}> is in a <{open[-1]}>, and a browser puts it in front of the table"
    return None


# What the check does not look at, in HTML without "'", which may stand for a quote: the values of most attributes, and
# what a text says.
_VALUE = re.compile(r"""(?<=[\w-])(?<!role)(?<!form)="[^"<>]+"(?=[\s/>])""", re.IGNORECASE)
_TEXT = re.compile(r""">\s*[^<>"\s][^<>"]*<""")
MAX_SHAPES = 300


def split_root(html: str, name: object) -> tuple[str, str]:
    """The tag of the one root element, and everything after ``<tag``. ``FragmentError`` where there is no such root."""
    html = html.strip()
    match = ROOT.match(html)
    if match is None:
        raise FragmentError(f"{name} must be one element, and it begins with {html[:40]!r}")
    tag = match[1].lower()
    if tag in NO_ROOTS:
        raise FragmentError(f"{name} begins with <{tag}>, which cannot be swapped by itself")
    if not html.endswith(f"</{match[1]}>"):
        raise FragmentError(f"{name} must be one element: it begins with <{tag}> and ends with {html[-40:]!r}")
    return tag, html[match.end() :]


def with_language(rest: str, language: str, direction: str = "") -> str:
    """What follows a root's ``<tag``, with the language that the fragment is rendered in, unless it says one itself,
    and with its direction, where it needs one and has none.

    The page around it may be in another one: what reads it aloud would speak its words and numbers as that one's.
    """
    direction = f' dir="{direction}"' if direction and not DIRECTION.match(rest) else ""
    return f"{direction}{rest}" if LANGUAGE.match(rest) else f' lang="{language}"{direction}{rest}'


def in_root(html: str, tag: str | None) -> str:
    """The HTML as it can stand where an element of that tag would: in a row of a table, in a list."""
    return _WRAPPERS[tag].format(html) if tag in _WRAPPERS else html


def nested_as(tag: str) -> str:
    """What stands for a nested fragment whose root is of that tag; "" where that is not known."""
    return f"<!--nested {tag}-->"


def check(html: str, name: str) -> None:
    """The whole look. ``FragmentError`` says what is wrong and why it matters, all of it at once.

    In the places of what it nests there is ``nested_as`` its tag.
    """
    html = html.strip()
    if not _is_sound(html if "'" in html else _TEXT.sub(">x<", _VALUE.sub('="x"', html))):
        _Checker(name).run(html)


@lru_cache(MAX_SHAPES)
def _is_sound(shape: str) -> bool:
    """Whether nothing is wrong with any HTML of this shape. A test has hundreds of rows of one, and parsing each would
    take as long as rendering it."""
    try:
        _Checker("").run(shape)
    except FragmentError:
        return False
    return True


class _Unreadable(Exception):
    """What follows is in no element that can be known."""


class _Checker(HTMLParser):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.open: list[str] = []
        self.roots = 0
        self.problems: list[str] = []

    def run(self, html: str) -> None:
        try:
            self.feed(html)
            self.close()
            if self.open:
                self.fail(f"<{self.open[-1]}> is not closed")
        except _Unreadable:
            pass
        if self.problems:
            raise FragmentError("\n".join(self.problems))

    def fail(self, why: str) -> None:
        problem = f"{self.name}, line {self.getpos()[0]}: {why}"
        if problem not in self.problems:
            self.problems.append(problem)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self.open:
            self.roots += 1
            if self.roots > 1:
                self.fail(f"a second element, <{tag}>; a fragment is one element")
        self.check_place(tag)
        # A button that belongs to a form elsewhere on the page has no state of its own.
        if tag in STATEFUL and not (tag == "button" and dict(attrs).get("form")):
            button = ", or give the button the form= of one outside" if tag == "button" else ""
            self.fail(f"<{tag}> would lose what the reader does in it at the next swap; put it outside{button}")
        if tag in INERT:
            self.fail(f"<{tag}> does nothing in a fragment; use the page's files")
        for attribute, value in attrs:
            if attribute in {"id", "hx-swap-oob", "data-hx-swap-oob"}:
                self.fail(f"<{tag} {attribute}>: ids and swaps are added by the engine, one a fragment")
            if attribute == "style" or attribute.startswith("on"):
                self.fail(f"<{tag} {attribute}> is refused by a strict content security policy; use a class")
            if attribute in {"contenteditable", "aria-live"} or (attribute, value) == ("role", "status"):
                self.fail(f"<{tag} {attribute}> must stay in the page while its content changes; put it outside")
        if tag not in VOID:
            self.open.append(tag)

    def check_place(self, tag: str) -> None:
        if tag in BLOCKS and "p" in self.open:
            self.fail(f"<{tag}> ends the <p> that it is in, for a browser; use a <div> around it")
        if self.open and (why := misplaced(tag, self.open)):
            self.fail(why)

    def handle_comment(self, data: str) -> None:
        nested, _, tag = data.partition(" ")
        if nested == "nested" and tag:
            self.check_place(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        opened = self.open.pop() if self.open else None
        if opened == tag:
            return
        if opened is not None and tag in self.open:
            self.fail(f"</{tag}> comes while <{opened}> is open; close that first, for no end tag may be left out")
        else:
            self.fail(f"</{tag}> closes nothing that is open")
        raise _Unreadable

    def handle_data(self, data: str) -> None:
        if not self.open and data.strip():
            self.fail(f"text outside the element: {data.strip()[:40]!r}")
