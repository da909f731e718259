"""Faults are seen from a browser, so these tests have what the browser tests have."""

from tests.browser.conftest import browser_type_launch_args  # noqa: F401
from tests.fixtures import installation, pair, redis, running, site, still, stopped_site, unswept  # noqa: F401
