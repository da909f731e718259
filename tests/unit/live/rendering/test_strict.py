"""Where a fragment's error is raised."""

import subprocess
import sys
from typing import Any

import pytest

from live.rendering.strict import is_strict

OUTSIDE = """
from django.conf import settings
settings.configure()
from live.rendering.strict import is_strict
print(is_strict())
settings.DEBUG = True
print(is_strict())
settings.DEBUG = False
from django.test.utils import setup_test_environment, teardown_test_environment
setup_test_environment()
print(is_strict())
teardown_test_environment()
print(is_strict())
"""


def test_it_is_where_debug_is_on_and_under_any_test_runner() -> None:
    shown = subprocess.run([sys.executable, "-c", OUTSIDE], capture_output=True, text=True, check=True).stdout
    assert shown.split() == ["False", "True", "True", "False"]


@pytest.mark.parametrize("debug", [True, False])
def test_in_tests_it_is_what_the_setting_says_and_on_without_it(settings: Any, debug: bool) -> None:
    settings.DEBUG = debug
    for value in (True, False):
        settings.LIVE_STRICT = value
        assert is_strict() is value
    del settings.LIVE_STRICT
    assert is_strict()
