"""The least that a project needs to announce and to hear; where the servers are is in the environment."""

import json
import os

SECRET_KEY = "of processes that serve nobody"
INSTALLED_APPS: list[str] = []
USE_TZ = True
_given = json.loads(os.environ["HINTS"])
DATABASES = {"default": _given["database"]}
CHANNEL_LAYERS = {"default": _given["layer"]}
LOGGING = {
    "version": 1,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
