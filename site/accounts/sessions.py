"""Sessions that have expired are deleted, as ``manage.py clearsessions`` does it."""

from importlib import import_module

from django.conf import settings

from live.hub.hub import Hub

# A hub runs its tasks while somebody watches; so more often than once a day, in which nobody might. There is an index.
CLEAR_SECONDS = 3600.0


async def clear_expired(hub: Hub) -> None:
    """A periodic task."""
    await hub.ask_database(import_module(settings.SESSION_ENGINE).SessionStore.clear_expired)
