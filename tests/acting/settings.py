import os

SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = """live live.notices live.logouts django_htmx django.contrib.auth django.contrib.contenttypes
    django.contrib.sessions django.contrib.staticfiles tests.acting""".split()
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tests.acting.users.acting",
]
AUTH_USER_MODEL = "acting.User"
LIVE_USER = "tests.acting.users.user_of"
SESSION_ENGINE = f"django.contrib.sessions.backends.{os.environ.get('SESSIONS', 'db')}"
ROOT_URLCONF = "tests.acting.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["DATABASE_URL"].removeprefix("sqlite:///"),
        "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL", "transaction_mode": "IMMEDIATE"},
    }
}
STATIC_URL = "/static/"
