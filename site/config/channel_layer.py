"""Channels' layer from the environment: Redis, one or what several Sentinels agree on."""

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SENTINEL, SENTINEL_PORT = "redis+sentinel://", 26379


def channel_layer(name: str) -> dict[str, Any]:
    """Channels' layer for ``redis://host:port/db``, or for ``redis+sentinel://host:port,host:port/service/db``; in
    memory where the variable is unset."""
    url = os.environ.get(name, "").strip()
    if not url:
        return {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    try:
        where = sentinels(url) if url.startswith(SENTINEL) else redis(url)
    except ValueError:
        example = f"{SENTINEL}host:26379,host:26379/service" if url.startswith(SENTINEL) else "redis://127.0.0.1:6379/0"
        raise ImproperlyConfigured(f"{name} is {url.rpartition('@')[2]!r}; it must look like {example}.") from None
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # A Redis that swallows packets must not hold a publisher for ever; the sweep repairs what was not sent.
        "CONFIG": {"hosts": [{**where, "socket_connect_timeout": 2, "max_connections": 50}]},
    }


def redis(url: str) -> dict[str, Any]:
    """A host as channels_redis takes it. ``ValueError`` for what is no address of a Redis."""
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "rediss", "unix"} or parts.port == 0 or not (parts.hostname or parts.path):
        raise ValueError(url)
    return {"address": url}


def sentinels(url: str) -> dict[str, Any]:
    """The same for the Redis that several Sentinels agree on: they have its address, under the name of its service."""
    credentials, _, rest = url.removeprefix(SENTINEL).rpartition("@")
    addresses, _, path = rest.partition("/")
    service, _, database = path.partition("/")
    hosts = [urlsplit(f"//{address}") for address in addresses.split(",")]
    if not service or not all(host.hostname and host.port != 0 for host in hosts):
        raise ValueError(url)
    user, _, password = map(unquote, credentials.partition(":"))
    return {
        "sentinels": [(host.hostname, host.port or SENTINEL_PORT) for host in hosts],
        "master_name": service,
        # Also to a Sentinel; redis-py waits for ever otherwise.
        "sentinel_kwargs": {"socket_connect_timeout": 1, "socket_timeout": 1},
        "db": int(database or 0),
        **({"username": user} if user else {}),
        **({"password": password} if password else {}),
    }
