"""A test must see what a reader would see as "This could not be shown", and a developer what fails without a word."""

import sys

from django.conf import settings


def is_strict() -> bool:
    """Whether an error of a fragment is raised where the developer sees it, and its HTML is checked wholly.

    The setting ``LIVE_STRICT``; without it, where ``DEBUG`` is on, and in tests, for which Django turns it off.
    """
    return bool(getattr(settings, "LIVE_STRICT", settings.DEBUG or _is_testing()))


def _is_testing() -> bool:
    """Whether Django's test environment is set up, as every test runner has it. No server imports its module."""
    state = getattr(sys.modules.get("django.test.utils"), "_TestState", None)
    return hasattr(state, "saved_data")
