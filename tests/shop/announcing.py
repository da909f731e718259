"""The shop with what ``live`` has for all pages: banners and notices."""

from tests.shop.settings import *  # noqa: F403
from tests.shop.settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.messages", "live.notices", "live.banners"]
MIDDLEWARE = [*MIDDLEWARE, "django.contrib.messages.middleware.MessageMiddleware"]
MESSAGE_STORAGE = "live.notices.storage.LiveStorage"
