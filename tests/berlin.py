"""The site's settings in a time zone whose clocks change."""

from tests.settings import *  # noqa: F403

TIME_ZONE = "Europe/Berlin"
