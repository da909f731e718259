"""What a browser makes of swaps of lists, in text: items come, go and move behind their list's element."""

import re
from collections.abc import Callable

from live.keys import ElementId
from live.testing.elements import element_at, start_of

# Where it is swapped, behind the colon: the list's element, an item behind it, or all that is behind it.
SWAP = re.compile(
    r'<template hx-swap-oob="(afterend|delete|outerHTML):#([\w-]+)'
    r"(?:\[data-version='[^']*'\])?(?:~(?:#([\w-]+)|\*))?\">"
)
STUB = re.compile(r'<template data-live-moved="([\w-]+)"></template>')
END = "</template>"


def swap_lists(html: str, new: str, is_announced: Callable[[ElementId], bool]) -> tuple[str, str, set[ElementId]]:
    """The page's HTML with what came of its announced lists; what else came; and the lists that were not announced."""
    rest, unannounced, end = [], set[ElementId](), 0
    for match in SWAP.finditer(new):
        if match.start() < end:  # inside of another one
            continue
        whole = element_at(new, match.start())
        content = whole[len(match[0]) : -len(END)]
        how, element = match[1], ElementId(match[2])
        if how == "outerHTML" and not content.startswith("<template id="):  # a row
            continue
        rest.append(new[end : match.start()])
        end = match.start() + len(whole)
        if not is_announced(element):
            unannounced.add(element)
        elif start_of(html, element) is not None:
            html = _swap(html, how, element, match, content)
    return html, "".join([*rest, new[end:]]), unannounced


def _swap(html: str, how: str, element: ElementId, match: "re.Match[str]", content: str) -> str:
    marker = start_of(html, element)
    assert marker is not None
    if how == "outerHTML":
        return html.replace(element_at(html, marker), content, 1)
    behind = marker + len(element_at(html, marker))
    if how == "delete" and match[3] is None:
        while (item := re.compile(r"\s*(?=<\w)").match(html, behind)) is not None:
            html = html[:behind] + html[item.end() + len(element_at(html, item.end())) :]
        return html
    if how == "delete":
        return _without(html, match[3], behind)[0]
    for stub in STUB.finditer(content):
        html, moved = _without(html, stub[1], behind)
        content = content.replace(stub[0], moved, 1)
    at = behind
    if match[3] is not None and (start := start_of(html, match[3], behind)) is not None:
        at = start + len(element_at(html, start))
    return html[:at] + content + html[at:]


def _without(html: str, item: str, behind: int) -> tuple[str, str]:
    start = start_of(html, item, behind)
    if start is None:
        return html, ""
    whole = element_at(html, start)
    return html[:start] + html[start + len(whole) :], whole
