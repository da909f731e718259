"""The ASGI application: Django and the live socket."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_asgi_application()

# Imported after Django is set up: the consumer needs the apps.
from config.static_files import StaticFiles  # noqa: E402
from live.socket.routing import with_live  # noqa: E402
from series.ingest.door import Door  # noqa: E402
from series.maintenance import Maintainer  # noqa: E402

application = Maintainer(with_live(StaticFiles(Door(django_application))))
