"""What a page says of itself after each connect, and now and then."""

import json

from live.keys import ElementId
from live.rendering.seals import is_seal

# Characters of one entry: an id, a version and a seal.
MAX_ENTRY_LENGTH = 1000


class BadReport(Exception):
    """What the page said of itself cannot be, or is not what it was given."""


def read_report(text: str | None) -> tuple[str, dict[ElementId, str]]:
    """The page's token, and what it shows: versions by DOM id. ``BadReport`` for what no page of ours says.

    The report is a JSON object ``{"page": token, "shown": ["<id> <version> <seal>", ...]}``.
    """
    try:
        report = json.loads(text or "")
        token, shown = report["page"], report.get("shown", [])
        versions: dict[ElementId, str] = {}
        for entry in [shown] if isinstance(shown, str) else shown:
            id, version, seal = entry[:MAX_ENTRY_LENGTH].split(" ")
            # At the first that is not ours: what a stranger sends costs no more than this.
            if not is_seal(id, seal):
                raise BadReport(f"the page asks for {id[:80]!r}, which it was not given")
            versions[ElementId(id)] = version
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadReport(f"the page's report cannot be read: {error!r}") from None
    if not isinstance(token, str):
        raise BadReport("the page's report has no token")
    return token, versions
