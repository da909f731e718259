"""What happens to panels is recorded, whatever it is, and can be restored."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boards.editing import history
from boards.editing.history import recording, restore, snapshot
from boards.models import Board, Panel, PanelSeries, Revision
from series.models import Series

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20)
NUMBERS = st.one_of(st.integers(-(10**6), 10**6), st.floats(-1e6, 1e6).map(lambda number: round(number, 3)))
OPTIONS = st.dictionaries(TEXT, st.one_of(TEXT, NUMBERS, st.booleans(), st.none()), max_size=4)
COLUMNS = {
    "title": TEXT,
    "kind": st.sampled_from(["line", "stat", "text", "gone"]),
    "width": st.integers(2, 12),
    "height": st.integers(1, 24),
    "position": NUMBERS.map(float),
    "options": OPTIONS,
    "editable": st.booleans(),
    "repeat": st.sampled_from(["", "host"]),
}
LINE = st.fixed_dictionaries(
    {
        "query": st.none() | st.just({"selector": "cpu{host=*}"}),
        "label": TEXT,
        "category": TEXT,
        "position": st.integers(0, 9),
    }
)
PANEL = st.tuples(st.fixed_dictionaries(COLUMNS), st.lists(LINE, max_size=3))


def store(panel: Panel, columns: dict[str, Any], lines: list[dict[str, Any]]) -> None:
    """Make the panel so; the lines without a query show series."""
    for name, value in columns.items():
        setattr(panel, name, value)
    panel.save()
    panel.lines.all().delete()
    for number, line in enumerate(lines):
        series = None if line["query"] else Series.objects.get_or_create(name=f"s{number}", tags={})[0]
        PanelSeries.objects.create(panel=panel, series=series, **line)


def test_every_column_of_a_panel_and_of_its_lines_is_in_the_history(board: Board) -> None:
    columns = {field.name for field in Panel._meta.concrete_fields}
    assert columns == {"id", "version", "key", "board", *COLUMNS}, "say here what a new column may be"
    lines = {field.name for field in PanelSeries._meta.concrete_fields}
    assert lines == {"id", "panel", "series", "query", "label", "category", "position", "colour"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=PANEL, after=PANEL)
def test_a_change_and_a_deletion_are_restored_in_every_column(board: Board, ada: User, before: Any, after: Any) -> None:
    panel = Panel(board=board)
    store(panel, *before)
    pk, was = panel.pk, snapshot(panel.pk)
    with recording(ada, board.pk) as revisions:
        store(panel, *after)
    now = snapshot(pk)
    assert [(revision.before, revision.after) for revision in revisions] == ([(was, now)] if was != now else [])
    for revision in revisions:
        stored = Revision.objects.get(pk=revision.pk)
        assert (stored.before, stored.after) == (was, now), "as JSON it is the same"
        restore(pk, stored.before)
        assert snapshot(pk) == was
    with recording(ada, board.pk) as revisions:
        panel.delete()
    restore(pk, Revision.objects.get(pk=revisions[0].pk).before)
    assert snapshot(pk) == was
    Panel.objects.all().delete()


def test_nothing_changed_is_nothing_recorded(panels: list[Panel], board: Board, ada: User) -> None:
    with recording(ada, board.pk) as revisions:
        panels[0].save()
    assert revisions == [] and not Revision.objects.exists()
    assert Panel.objects.get(pk=panels[0].pk).version == 0


def test_what_fails_is_not_recorded(panels: list[Panel], board: Board, ada: User) -> None:
    with pytest.raises(ZeroDivisionError), recording(ada, board.pk):
        panels[0].delete()
        _ = 1 / 0
    assert board.panels.count() == 4 and not Revision.objects.exists()


def test_versions_go_on_counting_after_a_deletion(panels: list[Panel], board: Board, ada: User) -> None:
    panel = panels[0]
    for width in (7, 8):
        with recording(ada, board.pk):
            panel.width = width
            panel.save()
    pk, was = panel.pk, snapshot(panel.pk)
    assert Panel.objects.get(pk=pk).version == 2
    with recording(ada, board.pk):
        panel.delete()
    with recording(ada, board.pk):
        restore(pk, was)
    assert Panel.objects.get(pk=pk).version == 4
    assert list(Revision.objects.values_list("version", flat=True)) == [1, 2, 3, 4]


def test_a_panel_that_goes_to_another_board_is_one_change(panels: list[Panel], board: Board, ada: User) -> None:
    other = Board.objects.create(title="Other", slug="other")
    with recording(ada, board.pk, other.pk) as revisions:
        panels[0].board = other
        panels[0].save()
    (revision,) = revisions
    assert revision.before and revision.after
    assert (revision.before["board_id"], revision.after["board_id"]) == (board.pk, other.pk)


def test_series_that_are_gone_are_left_out(panels: list[Panel], board: Board, ada: User) -> None:
    pk, was = panels[0].pk, snapshot(panels[0].pk)
    panels[0].delete()
    Series.objects.filter(name="one").delete()
    assert restore(pk, was) == 1
    assert not Panel.objects.get(pk=pk).lines.exists()


def test_the_history_of_a_board_is_bounded(
    panels: list[Panel], board: Board, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MAX_REVISIONS", 3)
    for width in (2, 3, 4, 5, 7):
        with recording(ada, board.pk):
            panels[0].width = width
            panels[0].save()
    assert [revision.after["width"] for revision in Revision.objects.all() if revision.after] == [4, 5, 7]


@pytest.mark.django_db(transaction=True)
def test_restoring_tells_open_pages(panels: list[Panel], announced: set[str]) -> None:
    pk, was = panels[0].pk, snapshot(panels[0].pk)
    panels[0].delete()
    announced.clear()
    restore(pk, was)
    assert {f"boards-panel-{pk}", f"boards-board-{panels[1].board_id}", f"boards-edit_board-{panels[1].board_id}"} <= (
        announced
    )


def test_a_program_may_undo_for_nobody(panels: list[Panel], order: Callable[[], list[str]]) -> None:
    restore(panels[0].pk, None)
    assert order() == ["Two", "Three", "Four"]
    restore(panels[0].pk, None)
