"""The site's own settings, with a secret of this run, and with every fault of a fragment raised."""

import os
import secrets
import sys

os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
if "pytest" in sys.modules:
    # Whatever the shell has for a server or a linter: the app would note what happens, for the page of developers.
    os.environ.pop("DEBUG", None)

from config.settings import *  # noqa: F403

LIVE_STRICT = True
if "pytest" in sys.modules:
    # What no site of ours needs, whose sessions are in the database: servers that tests start have no table for it.
    INSTALLED_APPS = [*INSTALLED_APPS, "live.logouts", "live.presence"]  # noqa: F405
