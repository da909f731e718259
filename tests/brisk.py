"""The site's settings with a heartbeat every second, for tests that wait for one."""

from django.apps import AppConfig

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.brisk.Brisk"]


class Brisk(AppConfig):
    name = "tests.brisk"

    def ready(self) -> None:
        from live.hub import periodic_tasks

        periodic_tasks.HEARTBEAT_SECONDS = 1.0
