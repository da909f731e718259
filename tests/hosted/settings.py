"""The site's settings with such pages, without the sweep and without the site's content security policy: the pages have
what htmx evaluates."""

from tests.unswept import *  # noqa: F403
from tests.unswept import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "tests.hosted"]
MIDDLEWARE = [name for name in MIDDLEWARE if name != "config.middleware.content_security_policy"]
ROOT_URLCONF = "tests.hosted.urls"
