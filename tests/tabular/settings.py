"""The site's settings with a page of tables, and without the sweep."""

from tests.unswept import *  # noqa: F403
from tests.unswept import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.tabular"]
ROOT_URLCONF = "tests.tabular.urls"
