"""The site's settings in a time zone whose clocks change, without the sweep."""

from tests.unswept import *  # noqa: F403

TIME_ZONE = "Europe/Berlin"
