"""Boardcast's settings. What differs between machines comes from the environment; docs/deployment.md has the table."""

import re
from pathlib import Path

from config import env
from config.channel_layer import channel_layer

ROOT = Path(__file__).resolve().parents[2]
# What a running board writes, by default: the database and the secret that `make run` makes.
VAR = ROOT / "var"

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret("SECRET_KEY", file=VAR / "secret", debug=DEBUG)
# Those from before: what they have signed, open pages and sessions, goes on.
SECRET_KEY_FALLBACKS = env.secrets("SECRET_KEY_FALLBACKS", debug=DEBUG)
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in env.hosts("ALLOWED_HOSTS") if host != "*"]

# Where the site is on its host: every address begins with it, whether the proxy takes it away or not.
BASE_PATH = env.base_path("BASE_PATH")
FORCE_SCRIPT_NAME = BASE_PATH or None
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = BASE_PATH or "/"
# Another site may be at / of the same host. Browsers send its cookies here, too, and of two with one name Django would
# take the other site's.
COOKIE_SUFFIX = BASE_PATH.replace("/", "-")
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"sessionid{COOKIE_SUFFIX}", f"csrftoken{COOKIE_SUFFIX}"

INSTALLED_APPS = [
    "live",
    "live.notices",
    "live.banners",
    "live.forms",
    "boards",
    "series",
    "tokens",
    "gallery",
    "api",
    "channels",
    "django_htmx",
    "django.contrib.admin",
    "django.contrib.auth",
    # After it: its admin takes the place of Django's.
    "accounts",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.content_security_policy",
    # For WSGI; with ASGI, static files never come so far: config.static_files.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.cookies_without_null_characters",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.renewed_sessions",
    "accounts.middleware.sign_in_throttle",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.without_thread_hops",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {"default": env.database("DATABASE_URL", default=VAR / "boardcast.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CHANNEL_LAYERS = {"default": channel_layer("REDIS_URL")}

MESSAGE_STORAGE = "live.notices.storage.LiveStorage"

AUTHENTICATION_BACKENDS = ["accounts.backends.ThrottledBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
# Seconds: as long as an invitation (accounts.models). Such a link is made by an admin, and not sent by mail.
PASSWORD_RESET_TIMEOUT = 7 * 24 * 3600
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "boards:index"
LOGOUT_REDIRECT_URL = "boards:index"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
# One clock everywhere, of 24 hours: of the languages here, English alone would have another one in the admin.
FORMAT_MODULE_PATH = "config.formats"

STATIC_URL = f"{BASE_PATH}/static/"
STATICFILES_DIRS = [ROOT / "static"]
# Served straight from where the apps keep them: there is nothing to collect before a start.
WHITENOISE_USE_FINDERS = True

# HTTPS=1: everybody comes through a proxy that speaks TLS and sets X-Forwarded-Proto and X-Forwarded-For.
HTTPS = env.flag("HTTPS")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# A scraper asks each process by itself, and not through the proxy.
SECURE_REDIRECT_EXEMPT = [rf"^{re.escape(f'{BASE_PATH}/live/metrics'.lstrip('/'))}$"]
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if HTTPS else 0
# W005, W021: HSTS for all subdomains and for browsers' preload lists is for the domain's owner to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# The admin's page of a panel has 14 fields for each of its lines.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# The host to which programs send, as shown on panels that have no data yet; ``reverse()`` has the path.
ADDRESS = f"http://{env.host('HOST')}:{env.port('PORT')}"
if HTTPS:
    ADDRESS = next((f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS if host != "*"), ADDRESS)

# Requests a second that one token may send to one server process; twice as many in a burst.
INGEST_RATE = env.number("INGEST_RATE", 100, least=1)
# Series that one token may make in an hour.
NEW_SERIES_PER_HOUR = int(env.number("NEW_SERIES_PER_HOUR", 1000, least=0))
# Days for which points are kept, the summaries of their minutes, and those of their hours; None is for ever. The admin
# has rules for some series. A point that is replaced is counted anew in its minute, which is there as long as it is.
RETENTION_DAYS = [
    points := env.days("RETENTION_POINTS_DAYS", 7),
    env.days("RETENTION_MINUTES_DAYS", 90, least=points),
    None,
]
# How many proxies of ours add to X-Forwarded-For: without one, what it says is a stranger's word.
LIVE_TRUSTED_PROXIES = int(env.number("TRUSTED_PROXIES", 1 if HTTPS else 0, least=0))
LIVE_MAX_SOCKETS_PER_ADDRESS = int(env.number("SOCKETS_PER_ADDRESS", 1500, least=1))
LIVE_COMPRESSION = env.flag("COMPRESSION")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"expected": {"()": "config.logs.ExpectedWithoutTraceback"}},
    "formatters": {
        "text": {"()": "config.logs.TextFormatter"},
        "json": {"()": "config.json_log.JSONFormatter"},
    },
    "handlers": {
        "console": {
            "class": "config.logs.ConsoleHandler",
            "formatter": env.choice("LOG_FORMAT", ["text", "json"]),
            "filters": ["expected"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {name: {"level": "INFO"} for name in ("live", "accounts", "api", "boards", "series", "tokens")},
}
