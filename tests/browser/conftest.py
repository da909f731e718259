"""A real browser: whichever Chrome or Chromium is there, else Playwright's own. One without a window is taken first: it
is the same engine, and costs two thirds of the CPU."""

import os
import shutil
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.still import gallery  # noqa: F401
from tests.fixtures import installation, pair, redis, running, site, still, stopped_site, unswept  # noqa: F401
from tests.waiting import DEADLINE

expect.set_options(timeout=DEADLINE * 1000)

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
QUIET = ("gpu", "quic", "background-networking", "component-update", "sync")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return {
        **browser_type_launch_args,
        "args": ["--no-first-run", *(f"--disable-{name}" for name in QUIET), *sandbox],
        **({"executable_path": found} if found else {}),
    }
