"""Fragments that a browser does not leave where a page has them: a row outside of a table is dropped without a word."""

import re

from live.rendering.markup import CONTAINERS, CONTENTS, misplaced

# What decides; of nothing else it matters whether it is closed, and a page may leave out end tags.
_DECIDING = frozenset(CONTAINERS) | frozenset(CONTENTS) | frozenset().union(*CONTAINERS.values())
# What an element of that tag ends, where its end tag was left out.
_CELLS = frozenset(("td", "th"))
_ROWS = _CELLS | {"tr", "caption"}
_ENDS = {
    **dict.fromkeys(_CELLS, _CELLS),
    "tr": _ROWS,
    **dict.fromkeys(("thead", "tbody", "tfoot"), _ROWS | {"thead", "tbody", "tfoot"}),
    "li": frozenset(("li",)),
    **dict.fromkeys(("dt", "dd"), frozenset(("dt", "dd"))),
}
# A page without these has nothing that could be misplaced.
_POSSIBLE = re.compile(rf"<table\b|<(?:{'|'.join(sorted(CONTAINERS))}) id=\"[\w-]+\" data-version=\"", re.IGNORECASE)
# What hides tags; and tags, with the id of a fragment as `tree` writes it. A parser of HTML takes five times as long,
# with every page of a project's tests.
_TAGS = re.compile(
    r"<(?:!--.*?-->|(script|style|textarea|title)(?=[\s/>]).*?</\1"
    r"|(/?)([a-z][^\s/>]*)(?: id=\"([\w-]+)\" data-version=\"[^\"]+\" data-seal=)?"
    r"""(?:[^>"']++|"[^"]*"|'[^']*')*+>)""",
    re.IGNORECASE | re.DOTALL,
)


def misplaced_on_page(html: str) -> list[str]:
    """Which fragments on a page, by their ids, cannot be where they are, and why."""
    if not _POSSIBLE.search(html):
        return []
    problems: list[str] = []
    open: list[str] = []
    for match in _TAGS.finditer(html):
        _hidden, end, tag, id = match.groups()
        tag = (tag or "").lower()
        while not end and open and open[-1] in _ENDS.get(tag, ()):
            open.pop()
        if id and (why := misplaced(tag, open)):
            problems.append(f"#{id}: {why}")
        if tag not in _DECIDING:
            continue
        if not end:
            open.append(tag)
        elif tag in open:
            while open.pop() != tag:
                pass
    return problems
