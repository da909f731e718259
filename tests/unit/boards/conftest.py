from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from boards import kinds
from boards.data.lines import Line
from boards.data.sources import Source
from boards.files import png
from boards.files import views as files
from boards.models import Board, Panel, PanelSeries
from live import changes, charts
from series.models import Series
from series.samples import Sample
from series.storage.query import latest
from series.storage.states import texts_of
from series.storage.write import write
from series.values import Value
from tests.unit.live.screens import collect_elements

KINDS = [kind.name for kind in kinds.every()]
KINDS_OF_SERIES = [kind.name for kind in kinds.every() if kind.has_series]
HOSTILE = '"><script>alert(1)</script>'
THEN = datetime(2026, 1, 31, 10, tzinfo=UTC)


def sorted_out(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a panel that are columns as they are, the others as its options."""
    columns = {field.name for field in Panel._meta.get_fields()}
    options = {name: value for name, value in fields.items() if name not in columns}
    return {"options": options} | {name: value for name, value in fields.items() if name in columns}


def labelled(panel: Panel, *names: tuple[str, str]) -> Panel:
    """The panel with these (label, category) for its series."""
    for line, (label, category) in zip(panel.lines.all(), names, strict=True):
        PanelSeries.objects.filter(pk=line.pk).update(label=label, category=category)
    return panel


def values(chart: dict[str, Any]) -> dict[str, list[float | None]]:
    """The values of each series that a chart was asked for."""
    return {series.label: list(series.values) for series in chart["series"]}


def source_of(panel: Panel) -> Source:
    """What the panel's chart is drawn from."""
    shown = panel.lines.select_related("series__latest")
    lines = [Line(line.series.pk, line.name, line.category, line.series.expectation) for line in shown]
    kind = kinds.registry[panel.kind]
    newest = latest([line.key for line in lines])
    values = kind.values(panel.options)
    texts = texts_of([line.key for line in lines])
    return Source(panel.title, panel.board.zone, values, lines, newest, texts=texts, now=timezone.now())


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the clock."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.fixture(autouse=True)
def no_cached_pictures() -> None:
    """No picture of another test's panel, which may have the same number and show the same."""
    files._kept.clear()
    png._kept.clear()


@pytest.fixture
def board(db: None) -> Board:
    return Board.objects.create(title="Mine", slug="mine", view_by="public")


@pytest.fixture
def make_panel(board: Board) -> Callable[..., Panel]:
    """A panel that shows series of these names, each in its own colour; the fields are columns and options. With
    ``interval`` these series expect that."""

    def make(*names: str, interval: float | None = None, **fields: Any) -> Panel:
        panel = Panel.objects.create(board=board, **{"title": "Some", **sorted_out(fields)})
        for position, name in enumerate(names):
            series, _ = Series.objects.get_or_create(name=name, tags={})
            if interval is not None:
                Series.objects.filter(pk=series.pk).update(expected_interval=interval)
            PanelSeries.objects.create(panel=panel, series=series, label=name.title(), position=position)
        return panel

    return make


@pytest.fixture
def points() -> Callable[..., None]:
    """``points("cpu", [1, None, 3], every=2.0, at=THEN)``: one value each ``every`` seconds; None leaves one out."""

    def add(name: str, values: list[Value | None], *, every: float = 1.0, at: datetime = THEN) -> None:
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


@pytest.fixture
def announced() -> Iterator[set[str]]:
    """The ids that were announced since the test last cleared it."""
    ids: set[str] = set()
    listener = collect_elements(ids)
    changes.listeners.append(listener)
    yield ids
    changes.listeners.remove(listener)
