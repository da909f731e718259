"""The newest items of a feed, as one process keeps them for the pages that are here and those that come back."""

import logging
import time
from dataclasses import dataclass, field

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from live import metrics
from live.feeds import Feed, Item, append_to

logger = logging.getLogger(__name__)

# Kept for pages that come back.
MAX_KEPT_ITEMS = 1000
# New ones read at once: a burst may be for many people, and few of it for each.
MAX_NEW_ITEMS = 5000
# For which an item's HTML is used that says how long it still lasts.
EXPIRING_HTML_SECONDS = 5.0


@dataclass(eq=False)
class ReplayBuffer:
    """The newest items of a feed: all above ``floor`` and up to ``newest``, but for replaced ones."""

    feed: Feed
    items: dict[int, Item] = field(default_factory=dict)
    html: dict[int, str] = field(default_factory=dict)
    rendered_at: dict[int, float] = field(default_factory=dict)
    floor: int = 0
    newest: int = 0
    # There may be something that has not been read.
    is_stale: bool = True
    # As it was made when it was last needed.
    reset_html: str = ""

    def read(self) -> None:
        """Read what is new."""
        self.is_stale, floor = False, self.floor
        limit = MAX_NEW_ITEMS if self.newest else MAX_KEPT_ITEMS
        try:
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
        self.html = {sequence: html for sequence, html in self.html.items() if sequence in self.items}
        self.rendered_at = {sequence: self.rendered_at[sequence] for sequence in self.html}
        self.newest = new[-1].sequence if new else self.newest
        if self.floor > floor:  # somebody may wait for what is not kept any more
            self.prepare_reset()

    def since(self, cursor: int) -> list[Item] | None:
        """What came after that cursor, whomever it is for; None if that is not all here any more."""
        if cursor < self.floor:
            return None
        now = time.time()
        return [item for item in self.items.values() if item.sequence > cursor and (item.expires or now) >= now]

    def prepare_reset(self) -> None:
        """Make ``reset_html``, in a thread that may use the database."""
        self.reset_html = self.reset()

    def reset(self) -> str:
        """What is shown in place of what is not repeated. It must not hold up what else is in the frame."""
        try:
            with translation.override(settings.LANGUAGE_CODE), timezone.override(None):
                return self.feed.reset()
        except Exception:
            metrics.render_failures.labels(self.feed.name).inc()
            logger.exception("that a page has missed items of %s could not be shown", self.feed.name)
            return ""

    def render(self, item: Item) -> None:
        """Make its HTML, the first time that somebody is to have it; again for later ones, if it says what is left."""
        now = time.monotonic()
        sequence = item.sequence
        is_rendered = sequence in self.html
        if is_rendered and (item.expires is None or now - self.rendered_at[sequence] < EXPIRING_HTML_SECONDS):
            return
        self.rendered_at[sequence] = now
        metrics.renders.labels(self.feed.name).inc()
        # As fragments are: not in the language or time zone of whoever happens to be first.
        with translation.override(settings.LANGUAGE_CODE), timezone.override(None):
            try:
                self.html[sequence] = append_to(item.into, item.render())
            except Exception:
                metrics.render_failures.labels(self.feed.name).inc()
                logger.exception("%s of %s could not be rendered", item.key, self.feed.name)
                self.html[sequence] = append_to(item.into, render_to_string("live/failed.html"))
