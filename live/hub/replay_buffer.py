"""The newest items of a feed, as one process keeps them for the pages that are here and those that come back."""

import logging
import time
from dataclasses import dataclass, field

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from live import metrics
from live.feeds import Feed, Item, piece

logger = logging.getLogger(__name__)

# Items kept for pages that come back.
WINDOW = 1000
# New ones taken in at once: a burst may be for many people, and few of it for each.
BURST = 5000
# Seconds that an item's HTML is used for which says how long it still lasts.
FRESH = 5.0


@dataclass(eq=False)
class Tail:
    """The newest items of a feed. All with ids above ``floor`` and up to ``cursor`` are here, but for replaced ones."""

    feed: Feed
    items: dict[int, Item] = field(default_factory=dict)
    html: dict[int, str] = field(default_factory=dict)
    rendered_at: dict[int, float] = field(default_factory=dict)
    floor: int = 0
    cursor: int = 0
    # There may be something that has not been read.
    stale: bool = True

    def read(self) -> None:
        """Take in what is new."""
        self.stale = False
        most = BURST if self.cursor else WINDOW
        new = self.feed.newest(self.cursor, most)
        if len(new) == most:  # there may be older ones between
            self.items, self.floor = {}, new[0].id - 1
        keys = {item.key for item in new}
        kept = [item for item in self.items.values() if item.key not in keys] + list(new)
        # What is new is kept until the next reading, however much it is: those who are here have not had it.
        room = max(WINDOW, len(new))
        if len(kept) > room:
            self.floor = max(self.floor, kept[-room - 1].id)
        self.items = {item.id: item for item in kept[-room:]}
        self.html = {id: html for id, html in self.html.items() if id in self.items}
        self.rendered_at = {id: self.rendered_at[id] for id in self.html}
        self.cursor = new[-1].id if new else self.cursor

    def due(self, cursor: int) -> list[Item] | None:
        """What came after that cursor, whoever hears it; None if that is not all here any more."""
        now = time.time()
        found = [item for item in self.items.values() if item.id > cursor and (item.expires or now) >= now]
        return None if cursor < self.floor else found

    def reset(self) -> str:
        """What is said in place of what is not repeated. It must not hold up what else is in the frame."""
        try:
            return self.feed.reset()
        except Exception:
            metrics.render_failures.labels(self.feed.name).inc()
            logger.exception("what a page has missed of %s could not be said", self.feed.name)
            return ""

    def render(self, item: Item) -> None:
        """Make its HTML, the first time that somebody is to have it; again for later ones, if it says what is left."""
        now = time.monotonic()
        if item.id in self.html and (item.expires is None or now - self.rendered_at[item.id] < FRESH):
            return
        self.rendered_at[item.id] = now
        metrics.renders.labels(self.feed.name).inc()
        # As fragments are: not in the language or time zone of whoever happens to be first.
        with translation.override(settings.LANGUAGE_CODE), timezone.override(None):
            try:
                self.html[item.id] = piece(item.render(), item.into)
            except Exception:
                metrics.render_failures.labels(self.feed.name).inc()
                logger.exception("%s of %s could not be rendered", item.key, self.feed.name)
                self.html[item.id] = piece(render_to_string("live/failed.html"), item.into)
