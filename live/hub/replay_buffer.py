"""The newest items of a feed, as one process keeps them for the pages that are here and those that come back."""

import logging
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.template.loader import render_to_string

from live import metrics
from live.feeds import Feed, Item, append_to
from live.keys import PageContext
from live.rendering.context import active, around

logger = logging.getLogger(__name__)

# Kept for pages that come back.
MAX_KEPT_ITEMS = 1000
# New ones read at once: a burst may be for many people, and few of it for each.
MAX_NEW_ITEMS = 5000
# For which an item's HTML is used that says how long it still lasts.
EXPIRING_HTML_SECONDS = 5.0


# An item as pages of a context show it, by its sequence number.
Shown = tuple[PageContext | None, int]


@dataclass(eq=False)
class ReplayBuffer:
    """The newest items of a feed: all above ``floor`` and up to ``newest``, but for replaced ones.

    ``data`` is what its pages have in common that may decide what the database says: ``rendering.context``. Their
    languages and zones may differ, and so an item has its HTML for each of their contexts.
    """

    feed: Feed
    data: PageContext | None = None
    items: dict[int, Item] = field(default_factory=dict)
    html: dict[Shown, str] = field(default_factory=dict)
    rendered_at: dict[Shown, float] = field(default_factory=dict)
    floor: int = 0
    newest: int = 0
    # There may be something that has not been read.
    is_stale: bool = True
    # As they were made when they were last needed.
    reset_html: dict[PageContext | None, str] = field(default_factory=dict)

    def read(self) -> None:
        """Read what is new."""
        self.is_stale, floor = False, self.floor
        limit = MAX_NEW_ITEMS if self.newest else MAX_KEPT_ITEMS
        try:
            with around(self.data):
                new = self.feed.newest(self.newest, limit)
        except BaseException:
            self.is_stale = True
            raise
        if len(new) == limit:  # there may be older ones between
            self.items, self.floor = {}, new[0].sequence - 1
        keys = {item.key for item in new}
        kept = [item for item in self.items.values() if item.key not in keys] + list(new)
        # What is new is kept until the next reading, however much it is: those who are here have not had it.
        room = max(MAX_KEPT_ITEMS, len(new))
        if len(kept) > room:
            self.floor = max(self.floor, kept[-room - 1].sequence)
        self.items = {item.sequence: item for item in kept[-room:]}
        contexts = {context for context, _ in self.html}
        self.html = {shown: html for shown, html in self.html.items() if shown[1] in self.items}
        self.rendered_at = {shown: self.rendered_at[shown] for shown in self.html}
        self.newest = new[-1].sequence if new else self.newest
        if self.floor > floor:  # somebody may wait for what is not kept any more
            self.prepare_reset(contexts)

    def forget_others(self, contexts: Collection[PageContext | None]) -> None:
        """Forget the HTML for pages of all contexts but these, which are in use."""
        if {context for context, _ in self.html} | self.reset_html.keys() <= set(contexts):
            return
        self.html = {shown: html for shown, html in self.html.items() if shown[0] in contexts}
        self.rendered_at = {shown: self.rendered_at[shown] for shown in self.html}
        self.reset_html = {context: html for context, html in self.reset_html.items() if context in contexts}

    def since(self, cursor: int) -> list[Item] | None:
        """What came after that cursor, whomever it is for; None if that is not all here any more."""
        if cursor < self.floor:
            return None
        now = time.time()
        return [item for item in self.items.values() if item.sequence > cursor and (item.expires or now) >= now]

    def prepare_reset(self, contexts: Iterable[PageContext | None]) -> None:
        """Make ``reset_html`` for pages of these contexts, in a thread that may use the database."""
        self.reset_html |= {context: self.reset(context) for context in contexts}

    def reset(self, context: PageContext | None = None) -> str:
        """What is shown in place of what is not repeated. It must not hold up what else is in the frame."""
        try:
            with active(context):
                return self.feed.reset()
        except Exception:
            metrics.render_failures.labels(self.feed.name).inc()
            logger.exception("that a page has missed items of %s could not be shown", self.feed.name)
            return ""

    def render(self, item: Item, context: PageContext | None = None) -> None:
        """Make its HTML for pages of that context, the first time that one is to have it; again for later ones, if it
        says what is left."""
        now = time.monotonic()
        shown = context, item.sequence
        if shown in self.html and (item.expires is None or now - self.rendered_at[shown] < EXPIRING_HTML_SECONDS):
            return
        self.rendered_at[shown] = now
        metrics.renders.labels(self.feed.name).inc()
        with active(context):
            try:
                self.html[shown] = append_to(item.into, item.render())
            except Exception:
                metrics.render_failures.labels(self.feed.name).inc()
                logger.exception("%s of %s could not be rendered", item.key, self.feed.name)
                self.html[shown] = append_to(item.into, render_to_string("live/failed.html"))
