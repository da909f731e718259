from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from boards.models import Board, Panel, PanelSeries
from series.models import Series
from series.samples import Sample
from series.writing import write

THEN = datetime(2026, 1, 31, 10, tzinfo=UTC)


@pytest.fixture
def board(db: None) -> Board:
    return Board.objects.create(title="Mine", slug="mine", public=True)


@pytest.fixture
def make_panel(board: Board) -> Callable[..., Panel]:
    """A panel that shows series of these names, each in its own colour."""

    def make(*names: str, **fields: Any) -> Panel:
        panel = Panel.objects.create(board=board, title="Some", **fields)
        for position, name in enumerate(names):
            series, _ = Series.objects.get_or_create(name=name, tags={})
            PanelSeries.objects.create(panel=panel, series=series, label=name.title(), position=position)
        return panel

    return make


@pytest.fixture
def points() -> Callable[..., None]:
    """``points("cpu", [1, None, 3], every=2.0, at=THEN)``: one value each ``every`` seconds; None leaves one out."""

    def add(name: str, values: list[float | None], *, every: float = 1.0, at: datetime = THEN) -> None:
        times = (at + timedelta(seconds=every * index) for index in range(len(values)))
        write(Sample(name, {}, time, value) for time, value in zip(times, values, strict=True) if value is not None)

    return add
