"""What changes which fragment."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from boards import recipients
from boards.models import Board, DismissedSeries, Panel
from live.notices import send
from series.models import Series
from series.storage import learning

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
Make = Callable[..., Any]


def test_a_point_changes_the_panels_that_show_its_series(announced: set[str], make_panel: Make, points: Make) -> None:
    one, two, _other = make_panel("cpu"), make_panel("cpu", "disk"), make_panel("memory")
    announced.clear()
    points("cpu", [1.0])
    assert announced == {f"boards-panel-{one.pk}", f"boards-panel-{two.pk}", f"boards-card-{one.board_id}"}


def test_another_interval_changes_the_panels_that_show_the_series(
    announced: set[str], make_panel: Make, points: Make
) -> None:
    panel, _other = make_panel("cpu"), make_panel("memory")
    series = Series.objects.get(name="cpu")
    announced.clear()
    series.expected_interval = 5.0
    series.save()
    shown = {f"boards-panel-{panel.pk}", f"boards-card-{panel.board_id}"}
    assert announced == shown | {"boards-offers"}
    announced.clear()
    Series.objects.update(expected_interval=None)
    for second in range(0, 700, 30):
        points("cpu", [1.0], at=timezone.now() - timedelta(seconds=690 - second))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE series_latest SET delay = 0")
    announced.clear()
    assert learning.learn(timezone.now()) == 1
    assert announced == shown, "also one that was learned"


def test_a_point_that_is_rolled_back_changes_nothing(announced: set[str], make_panel: Make, points: Make) -> None:
    make_panel("cpu")
    announced.clear()
    with transaction.atomic():
        points("cpu", [1.0])
        assert announced == set(), "not before the commit"
        transaction.set_rollback(True)
    assert announced == set()


def test_a_panel_changes_itself_and_its_board(announced: set[str], make_panel: Make) -> None:
    panel = make_panel("cpu")
    announced.clear()
    panel.save()
    boards = {f"boards-{page}-{panel.board_id}" for page in ("board", "edit_board", "imported", "wall", "card")}
    assert announced == {f"boards-panel-{panel.pk}", *boards}
    announced.clear()
    pk = panel.pk
    panel.delete()
    assert {f"boards-panel-{pk}", *boards} <= announced


def test_a_board_changes_itself_its_panels_and_the_lists(announced: set[str], make_panel: Make, board: Board) -> None:
    panel = make_panel("cpu")
    announced.clear()
    board.save()
    lists = {"boards-boards", "boards-offers", "boards-rotation"}
    names = ("board", "edit_board", "imported", "wall", "card", "activity", "edit_link")
    pages = {f"boards-{page}-{board.pk}" for page in names}
    assert announced == {*pages, f"boards-panel-{panel.pk}", *lists}
    announced.clear()
    board.delete()
    assert lists <= announced


def test_series_on_a_panel_change_it(announced: set[str], make_panel: Make) -> None:
    panel = make_panel("cpu")
    announced.clear()
    panel.lines.get().delete()
    of_board = {f"boards-card-{panel.board_id}", f"boards-imported-{panel.board_id}"}
    assert announced == {f"boards-panel-{panel.pk}", *of_board, "boards-offers"}
    panel = make_panel("disk")
    announced.clear()
    Series.objects.get(name="disk").save()
    assert announced == {f"boards-panel-{panel.pk}", f"boards-card-{panel.board_id}", "boards-offers"}
    Series.objects.get(name="disk").delete()
    assert f"boards-panel-{panel.pk}" in announced


def test_a_notice_to_a_boards_viewers_changes_its_activity(announced: set[str], board: Board) -> None:
    announced.clear()
    send(recipients.board(board), "info", "x set y")
    assert announced == {f"boards-activity-{board.pk}", "live_notices-activity", "live_notices-notices"}
    announced.clear()
    send(recipients.board("none"), "info", "to a board that cannot be")
    assert announced == {"live_notices-activity", "live_notices-notices"}


def test_a_panel_that_moves_changes_both_boards(announced: set[str], make_panel: Make, board: Board) -> None:
    panel = make_panel("cpu")
    other = Board.objects.create(title="Other", slug="other")
    panel = Panel.objects.get(pk=panel.pk)
    announced.clear()
    panel.board = other
    panel.save()
    both = {f"boards-{page}-{pk}" for page in ("board", "edit_board", "wall", "card") for pk in (board.pk, other.pk)}
    assert both <= announced


def test_a_series_that_moves_changes_both_panels(announced: set[str], make_panel: Make) -> None:
    one, other = make_panel("cpu"), make_panel("disk")
    line = one.lines.get()
    announced.clear()
    line.panel = other
    line.save()
    assert announced == {
        *(f"boards-panel-{pk}" for pk in (one.pk, other.pk)),
        f"boards-card-{one.board_id}",
        f"boards-imported-{one.board_id}",
        "boards-offers",
    }


def test_a_series_that_was_not_there_before_changes_the_offers(announced: set[str], points: Make) -> None:
    points("cpu", [1.0])
    assert announced == {"boards-offers"}
    announced.clear()
    points("cpu", [2.0])
    assert announced == set(), "what it says is of the first points"
    DismissedSeries.objects.create(name="cpu")
    assert announced == {"boards-offers"}
