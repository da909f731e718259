"""The site's settings without the sweep, which repairs everything within seconds: what a page gets here it got by what
the test is about, however long that takes on a busy machine."""

import math

from django.apps import AppConfig

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.unswept.Unswept"]


class Unswept(AppConfig):
    name = "tests.unswept"

    def ready(self) -> None:
        from live.hub import scheduler

        scheduler.SWEEP_SECONDS = 3600.0
        # How long a slow render rests is bounded by the sweep: without that, it does not rest.
        scheduler.MAX_THREAD_SHARE = math.inf
