"""The site's settings with a page of lists, and without the sweep."""

from tests.unswept import *  # noqa: F403
from tests.unswept import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.listed"]
ROOT_URLCONF = "tests.listed.urls"
