"""The site's settings with one more format, which comes over UDP: see ``tests/formats``."""

from pathlib import Path

from django.apps import AppConfig

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.udp.OverUdp"]


class OverUdp(AppConfig):
    name = "tests.udp"

    def ready(self) -> None:
        from series.ingest import formats

        formats.__path__.append(str(Path(__file__).parent / "formats"))
