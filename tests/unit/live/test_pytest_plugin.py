"""The fixtures, as projects have them."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from live.pytest_plugin import live_capture, live_page
from live.testing import OpenPage, capture

__all__ = ["live_capture", "live_page"]  # where the package is installed they need no import
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.unit.live.testing.test_watch")]


def test_capture_is_a_fixture(live_capture: Any, templates: dict[str, str]) -> None:
    assert live_capture is capture


def test_pages_are_open_until_the_test_ends(live_page: Any, crew: Any) -> None:
    team, [ann] = crew.make("crew", "Ann")
    page: OpenPage = live_page(f"/team/{dict(team.params)['pk']}/")
    crew.person.changed(pk=dict(ann.params)["pk"])
    assert page.shows(ann)
    page.wait_for(ann, contains="Ann")


def test_it_is_in_nobodys_way_where_there_is_no_django(tmp_path: Path) -> None:
    """pytest imports it wherever the package is installed, and before pytest-django has set up anything."""
    (tmp_path / "test_it.py").write_text("def test_it(): pass")
    root = str(Path(__file__).parents[3])
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": root, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "live.pytest_plugin", "-c", os.devnull, "--rootdir", tmp_path]
    ran = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120)
    assert "1 passed" in ran.stdout, ran.stdout + ran.stderr
