"""What a page says of itself after each connect, and now and then."""

import json
from sys import intern
from typing import NamedTuple

from live.keys import ElementId, PageContext
from live.lists import MAX_ITEMS
from live.page.page import Reason
from live.page.token import BadPage, OutdatedPage, context_of_token, is_ours
from live.rendering.seals import is_seal

# Characters of one entry: an id, a version and a seal.
MAX_ENTRY_LENGTH = 1000
# ... and of a whole report, at about 60 an entry, and 80 where keys are UUIDs.
MAX_REPORT_LENGTH = 1024 * 1024
# Each costs a few microseconds to check and, if it differs, a place in a frame. Two for each item of the longest list.
MAX_ENTRIES = 2 * MAX_ITEMS
# What responses by htmx have brought to a page; the page's script sends those near its window.
MAX_MORE = 500


class BadReport(Exception):
    """What the page said of itself cannot be, or is not what it was given."""


class UnknownSeal(BadReport):
    """It has a seal that is none of ours: a stranger's, or one by a key that is used no more, as its token tells."""

    def __init__(self, message: str, token: object) -> None:
        super().__init__(message)
        self.token = token


class Report(NamedTuple):
    """The page's token; what it shows, as versions by DOM id, in the order of the document; which of these are far from
    what its window shows; the signed entries of what came to it by htmx; and how many frames had come by its socket, if
    it counts them."""

    token: str
    shown: dict[ElementId, str]
    far: frozenset[ElementId] = frozenset()
    more: tuple[str, ...] = ()
    frames: int | None = None


def read_report(text: str | bytes | None) -> Report:
    """What the page says. ``BadReport`` for what no page of ours says.

    The report is a JSON object ``{"page": token, "shown": ["<id> <version> <seal>", ...], "far": ["<id>", ...],
    "more": ["<entry>", ...], "frames": number}``; all but the token may be left out.
    """
    if len(text or "") > MAX_REPORT_LENGTH:
        raise BadReport(f"the page's report has more than {MAX_REPORT_LENGTH} characters")
    try:
        report = json.loads(text or "")
        token, shown = report["page"], report.get("shown", [])
        versions: dict[ElementId, str] = {}
        if not isinstance(shown, str) and len(shown) > MAX_ENTRIES:
            raise BadReport(f"the page's report has more than {MAX_ENTRIES} fragments")
        for entry in [shown] if isinstance(shown, str) else shown:
            id, version, seal = entry[:MAX_ENTRY_LENGTH].split(" ")
            # At the first that is not ours: what a stranger sends costs no more than this.
            if not is_seal(id, seal):
                raise UnknownSeal(f"the page asks for {id[:80]!r}, which it was not given", token)
            # The same strings for all pages that show the same. What is there twice in two versions shows none of them.
            element, version = ElementId(intern(id)), intern(version)
            versions[element] = version if versions.get(element, version) == version else ""
        far = frozenset(ElementId(id) for id in report.get("far", []) if id in versions)
        more = tuple(report.get("more", ()))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadReport(f"the page's report cannot be read: {error!r}") from None
    if not isinstance(token, str):
        raise BadReport("the page's report has no token")
    if len(more) > MAX_MORE or not all(isinstance(entry, str) for entry in more):
        raise BadReport(f"the page's report has more than {MAX_MORE} entries, or other ones than it was given")
    frames = report.get("frames")
    return Report(token, versions, far, more, frames if type(frames) is int else None)


def context_of(error: BadReport | BadPage | OutdatedPage) -> PageContext | None:
    """Of the page whose report or token is refused with this, as far as that can be known."""
    return context_of_token(getattr(error, "token", None))


def reason_of(error: BadReport | BadPage | OutdatedPage) -> Reason:
    """Why a page is not kept up to date whose report or token is refused with this."""
    if isinstance(error, UnknownSeal):
        return Reason.FORBIDDEN if is_ours(error.token) else Reason.GONE
    return Reason.BAD_REPORT if isinstance(error, BadReport) else Reason.GONE
