"""What the tests of storage share."""

import itertools
from types import SimpleNamespace

import pytest

from series.storage import retention, turn


@pytest.fixture
def step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs that are done in turns do one step in each, on a clock that goes on by one when it is read."""
    clock = SimpleNamespace(perf_counter=itertools.count().__next__, sleep=lambda seconds: None)
    monkeypatch.setattr(turn, "time", clock)
    monkeypatch.setattr(turn, "MAX_TURN_SECONDS", 1.5)
    monkeypatch.setattr(retention, "ROWS_AT_ONCE", 2)
