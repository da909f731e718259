"""The Redis behind the channel layer: whether it answers, and limits that would cut a subscription off."""

import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from live.doctor.findings import Finding, ok, warning, wrong

PUBSUB = "channels_redis.pubsub.RedisPubSubChannelLayer"
TIMEOUT_SECONDS = 3
# The oldest that channels_redis is for; what may wait for a subscription before Redis cuts it off; clients to spare.
MIN_VERSION, MIN_BUFFER_BYTES, MIN_FREE_CLIENTS = 5, 1 << 20, 100


def limits() -> Iterator[Finding]:
    """One finding for each Redis of the default layer; none where the layer is another."""
    layer = getattr(settings, "CHANNEL_LAYERS", {}).get("default", {})
    if not layer.get("BACKEND", "").startswith("channels_redis."):
        return
    for host in layer.get("CONFIG", {}).get("hosts", [("localhost", 6379)]):
        yield from _limits_of(host)


def _client(host: Any) -> Any:
    """As channels_redis reads an entry of ``hosts``."""
    from redis import Redis
    from redis.sentinel import Sentinel

    times: dict[str, Any] = {"socket_connect_timeout": TIMEOUT_SECONDS, "socket_timeout": TIMEOUT_SECONDS}
    if isinstance(host, str):
        return Redis.from_url(host, **times)
    if isinstance(host, list | tuple):
        return Redis(host=host[0], port=host[1], **times)
    options = {name: value for name, value in host.items() if name not in {"max_connections"}}
    if "sentinels" in options:
        make_sentinel: Any = Sentinel  # untyped
        sentinel = make_sentinel(options["sentinels"], sentinel_kwargs=options.get("sentinel_kwargs"), **times)
        return sentinel.master_for(options["master_name"])
    if "address" in options:
        return Redis.from_url(options.pop("address"), **{**options, **times})
    return Redis(**{**options, **times})


def _limits_of(host: Any) -> Iterator[Finding]:
    from redis import RedisError

    client = _client(host)
    began = time.monotonic()
    try:
        information = client.info()
    except (RedisError, OSError) as error:
        state = f"It cannot be reached: {error}."
        yield wrong("Redis", state, "Start it, or set CHANNEL_LAYERS (REDIS_URL) to where it is.")
        return
    milliseconds = 1000 * (time.monotonic() - began)
    version = str(information.get("redis_version", "0"))
    if int(version.split(".")[0]) < MIN_VERSION:
        yield wrong("Redis", f"It is version {version}.", f"channels_redis needs {MIN_VERSION} or newer.")
    else:
        yield ok("Redis", f"Version {version} answers in {milliseconds:.0f} ms.")
    try:
        config = {**client.config_get("maxclients"), **client.config_get("client-output-buffer-limit")}
    except RedisError as error:
        yield ok("Redis limits", f"They may not be read here ({error}).")
        return
    finally:
        client.close()
    yield from _clients(int(config["maxclients"]), int(information.get("connected_clients", 0)))
    yield from _buffers(config["client-output-buffer-limit"])


def _clients(most: int, used: int) -> Iterator[Finding]:
    if most - used < MIN_FREE_CLIENTS:
        state = f"{used} of its {most} clients are connected: soon none more can subscribe."
        yield warning("Redis clients", state, "Raise maxclients, and the open files of Redis with it.")
    else:
        yield ok("Redis clients", f"{used} of its {most} clients are connected.")


def _buffers(limit: str) -> Iterator[Finding]:
    """``limit`` is as Redis has it: ``normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60``."""
    words = limit.split()
    hard = int(words[words.index("pubsub") + 1])
    if 0 < hard < MIN_BUFFER_BYTES:
        state = f"It cuts a subscription off that has {hard:,} bytes waiting: a burst of changes may be more."
        advice = "Set client-output-buffer-limit pubsub 32mb 8mb 60, which is the default."
        yield warning("Redis buffers", state, advice)
    else:
        yield ok("Redis buffers", f"A subscription may have {hard:,} bytes waiting." if hard else "There is no limit.")
