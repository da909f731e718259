"""What tests in a browser share."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.still import gallery  # noqa: F401
from tests.browsers import launch_options
from tests.fixtures import installation, pair, redis, running, site, still, stopped_site, unswept  # noqa: F401
from tests.waiting import DEADLINE

expect.set_options(timeout=DEADLINE * 1000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, **launch_options()}
