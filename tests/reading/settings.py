"""The site's settings with a page that is longer than a window, and without the sweep."""

from tests.unswept import *  # noqa: F403
from tests.unswept import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.reading"]
ROOT_URLCONF = "tests.reading.urls"
