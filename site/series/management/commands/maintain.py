"""``manage.py maintain``: what the running server does by itself, once; for where no server of ours runs (WSGI), by
cron.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from series.maintenance import maintain


class Command(BaseCommand):
    help = "Delete what is older than it is to get, and make the file smaller. A running server does this by itself."

    def handle(self, **options: Any) -> None:
        """Raises ``CommandError`` where another process is doing it."""
        deleted = maintain()
        if deleted is None:
            raise CommandError("Another process is doing the maintenance at the moment, probably the server.")
        self.stdout.write(f"{deleted} rows of points and summaries were deleted.")
