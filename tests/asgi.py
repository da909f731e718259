"""What ``manage.py serve`` serves by these settings, for other servers."""

import django

django.setup()

from live.management.commands import serve  # noqa: E402

application = serve.application()
