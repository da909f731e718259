"""The site's settings with a page whose language and time zone are its reader's, and without the sweep."""

from tests.unswept import *  # noqa: F403
from tests.unswept import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "tests.languages"]
MIDDLEWARE = [*MIDDLEWARE, "django.middleware.locale.LocaleMiddleware", "tests.languages.urls.zone_of_reader"]
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("ar", "العربية"), ("ja", "日本語")]
ROOT_URLCONF = "tests.languages.urls"
