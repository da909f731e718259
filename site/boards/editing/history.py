"""The history of boards: each saved change of a panel is one ``Revision``, and any of them can be undone.

    with recording(request.user, board.pk) as revisions:
        panel.width = 8
        panel.save()

Whatever is done to the panels of the board in there is recorded: what each of them was before and after, its columns
and its series. So nothing that changes a panel needs to know how it is undone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Max, Model

from boards.editing.merge import LINES, Snapshot
from boards.models import Board, Panel, PanelSeries, Revision
from live.page.access import User
from series.models import Series

# Of a board; older ones are deleted.
MAX_REVISIONS = 500
PANEL = [field.attname for field in Panel._meta.concrete_fields if field.name not in {"id", "version"}]
LINE = [field.attname for field in PanelSeries._meta.concrete_fields if field.name != "panel"]


@contextmanager
def recording(user: User, *boards: int) -> Iterator[list[Revision]]:
    """A transaction in which the panels of these boards are changed, by this user. The list holds the revisions when
    it is over, and is empty if nothing has changed.

    A panel that goes from one board to another needs both. Changes of one board wait for one another.
    """
    revisions: list[Revision] = []
    with transaction.atomic():
        lock(*boards)
        before = snapshots(*boards)
        yield revisions
        after = snapshots(*boards)
        changed = [pk for pk in sorted(before.keys() | after.keys()) if before.get(pk) != after.get(pk)]
        revisions += [_record(user, pk, before.get(pk), after.get(pk)) for pk in changed]
        for board in {revision.board_id for revision in revisions}:
            _delete_old(board)


def lock(*boards: int) -> None:
    """Until the transaction ends nobody else changes these boards through here."""
    list(Board.objects.select_for_update().filter(pk__in=boards).order_by("pk").values_list("pk"))


def snapshots(*boards: int) -> dict[int, Snapshot]:
    """The panels of some boards, by their keys."""
    return _snapshots(Panel.objects.filter(board__in=boards), PanelSeries.objects.filter(panel__board__in=boards))


def snapshot(pk: int) -> Snapshot | None:
    """A panel as it is now, as JSON: its columns, and its series as ``lines``. None if it is not there."""
    return _snapshots(Panel.objects.filter(pk=pk), PanelSeries.objects.filter(panel=pk)).get(pk)


def _snapshots(panels: Any, lines: Any) -> dict[int, Snapshot]:
    result: dict[int, Snapshot] = {row.pk: _columns(row, PANEL) | {LINES: []} for row in panels.order_by("pk")}
    for row in lines.order_by("pk"):
        if row.panel_id in result:
            result[row.panel_id][LINES].append(_columns(row, LINE))
    return result


def _columns(row: Model, names: list[str]) -> Snapshot:
    return {name: getattr(row, name) for name in names}


def _record(user: User, pk: int, before: Snapshot | None, after: Snapshot | None) -> Revision:
    last = Revision.objects.filter(panel_pk=pk).aggregate(last=Max("version"))["last"]
    if last is None:
        last = Panel.objects.filter(pk=pk).values_list("version", flat=True).first() or 0
    # A panel that comes back goes on counting: a form from before its deletion must not look as if it were current.
    Panel.objects.filter(pk=pk).update(version=last + 1)
    return Revision.objects.create(
        board_id=(after or before or {})["board_id"],
        panel_pk=pk,
        before=before,
        after=after,
        version=last + 1,
        by_id=user.pk,
    )


def _delete_old(board: int) -> None:
    kept = Revision.objects.filter(board=board).order_by("-pk").values_list("pk", flat=True)[MAX_REVISIONS - 1 :]
    if oldest := kept.first():
        Revision.objects.filter(board=board, pk__lt=oldest).delete()


def restore(pk: int, wanted: Snapshot | None) -> int:
    """Make a panel what it was: with the same key if it is gone, gone if it was not there. Series that are not there
    any more are left out; the number of them is returned."""
    if wanted is None:
        for panel in Panel.objects.filter(pk=pk):
            panel.delete()
        return 0
    current = snapshot(pk)
    columns = {name: wanted[name] for name in PANEL if name in wanted}
    panel = Panel.objects.filter(pk=pk).first() or Panel(pk=pk)
    for name, value in columns.items():
        setattr(panel, name, value)
    panel.save()
    if current is not None and current[LINES] == wanted[LINES]:
        return 0
    panel.lines.all().delete()
    series = {line["series_id"] for line in wanted[LINES]} - {None}
    there = set(Series.objects.filter(pk__in=series).values_list("pk", flat=True)) | {None}
    lines = [line for line in wanted[LINES] if line["series_id"] in there]
    for line in lines:
        PanelSeries.objects.create(panel=panel, **line)
    return len(wanted[LINES]) - len(lines)
