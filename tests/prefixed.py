"""The site's settings for one that is at the path /board of its host."""

from tests.brisk import *  # noqa: F403

FORCE_SCRIPT_NAME = "/board"
STATIC_URL = "/board/static/"
