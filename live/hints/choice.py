"""Which source of hints a project has: the channel layer if it is shared, else the database's own, or the workers'."""

from live.hints.channel_layer import ChannelLayer
from live.hints.postgresql import PostgreSQL
from live.hints.source import Source
from live.hints.sqlite import SQLite
from live.hints.workers import Workers

_SOURCES: tuple[Source, ...] = (ChannelLayer(), PostgreSQL(), SQLite(), Workers())


def current_source() -> Source | None:
    """The source, as the settings are now; None where only the sweep notices what other processes change."""
    return next((source for source in _SOURCES if source.is_possible()), None)
