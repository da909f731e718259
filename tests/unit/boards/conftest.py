from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from boards import pictures
from boards.models import Board, Panel, PanelSeries
from live import charts
from series.models import Series
from series.samples import Sample
from series.storage.write import write

THEN = datetime(2026, 1, 31, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_kept_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """No picture of another test's panel, which may have the same number and show the same."""
    monkeypatch.setattr(pictures, "kept", pictures.Kept(pictures.KEPT))


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


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[dict[str, Any]]]:
    """``asked("gauge")``: a list of what each chart of a kind is asked for from now on; the first argument is "it"."""

    def watch(kind: str) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = []
        original = getattr(charts, kind)

        def call(*values: Any, **options: Any) -> Any:
            calls.append({**({"it": values[0]} if values else {}), **options})
            return original(*values, **options)

        monkeypatch.setattr(charts, kind, call)
        return calls

    return watch
