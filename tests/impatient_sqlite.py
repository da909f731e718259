"""The site's settings with a SQLite that is waited for only shortly while somebody else writes."""

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATABASES["default"]["OPTIONS"]["timeout"] = 0.2
