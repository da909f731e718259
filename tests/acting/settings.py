import os

import environ

SECRET_KEY = os.environ["SECRET_KEY"]
# Static files are served then.
DEBUG = bool(os.environ.get("DEBUG"))
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = """live live.notices live.logouts live.presence django_htmx django.contrib.auth
    django.contrib.contenttypes
    django.contrib.sessions django.contrib.staticfiles tests.acting""".split()
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tests.acting.users.acting",
]
AUTH_USER_MODEL = "acting.User"
LIVE_USER = "tests.acting.users.user_of"
SESSION_ENGINE = f"django.contrib.sessions.backends.{os.environ.get('SESSIONS', 'db')}"
ROOT_URLCONF = os.environ.get("URLS", "tests.acting.urls")
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {"default": environ.Env().db("DATABASE_URL")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {"init_command": "PRAGMA journal_mode=WAL", "transaction_mode": "IMMEDIATE"}
STATIC_URL = "/static/"
if url := os.environ.get("REDIS_URL"):
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [url]}}
    }
