"""The site's own settings; only the channel layer is the rival's, and it has one of its own.

The site's layer stays in memory and has nobody to tell: so the rival does not also pay for our hints.
"""

import os

from config.settings import *  # noqa: F403

ASGI_APPLICATION = "tests.bench.fanout.rival.asgi.application"
LAYERS = {
    "memory": {"BACKEND": "channels.layers.InMemoryChannelLayer"},
    "core": {"BACKEND": "channels_redis.core.RedisChannelLayer"},
    "pubsub": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer"},
}
RIVAL = LAYERS[os.environ["RIVAL_LAYER"]]
if os.environ["RIVAL_LAYER"] != "memory":
    # redis-py allows 100 connections at a time and then raises; a fair rival has as many as it wants.
    RIVAL["CONFIG"] = {"hosts": [{"address": os.environ["RIVAL_REDIS"], "max_connections": 10_000}]}
CHANNEL_LAYERS = {"default": LAYERS["memory"], "rival": RIVAL}
