"""For the sockets; nginx sends all else to WSGI."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_asgi_application()

from live.socket.routing import with_live  # noqa: E402  # after Django is set up

application = with_live(django_application)
