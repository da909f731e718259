"""Texts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from boards.panels import draw
from tests.unit.boards.conftest import THEN

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


def test_a_text_is_markdown(make_panel: Make, asked: Make) -> None:
    calls = asked("markdown")
    chart = draw(make_panel(kind="text", text="# Runbook\n\n- one\n- two"))["chart"]
    assert calls[0]["it"].startswith("# Runbook")
    assert "Runbook" in str(chart) and "# Runbook" not in str(chart)


def test_a_text_needs_no_data_and_is_never_late(make_panel: Make, points: Make, at: Make) -> None:
    panel = make_panel("cpu", kind="text", text="Some *words*.", interval=1.0)
    points("cpu", [1.0])
    at(THEN + timedelta(days=1))
    found = draw(panel)
    assert (found["state"], found["note"], found["next_change"], found["caption"]) == ("", "", None, "")
    assert "words" in str(found["chart"])
    assert draw(make_panel(kind="text"))["state"] == "empty"
