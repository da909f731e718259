"""What changes which fragment beside what ``depends_on`` says, and the colour of a new line. Receivers run inside the
writer's transaction; ``changed`` waits for its commit."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver

from boards import fragments
from boards.data.line_colours import next_colour
from boards.data.panels_of_series import showing
from boards.documents import fragments as documents
from boards.editing import fragments as editing
from boards.home import fragments as home
from boards.models import Board, Panel, PanelSeries
from boards.recipients import pk_of
from boards.variables import fragments as variables
from boards.variables.tiles import all_tiles, tile_key
from boards.wall import fragments as wall
from live.changes import changed
from live.keys import RenderingId
from live.notices import Notice
from series.models import Series
from series.signals import points_written, series_made


@receiver(points_written)
def _points(series_ids: frozenset[int], **kwargs: Any) -> None:
    shown = showing(series_ids)
    panels = [fragments.panel.changed_id(pk=pk) for pk in {one.panel for one in shown}]
    cards = [home.card.changed_id(pk=pk) for pk in {one.board for one in shown}]
    tiles = {(one.panel, tile_key(one.value)) for one in shown if one.value is not None}
    # What is in all tiles of a panel, such as what each is divided by.
    in_all = [one.panel for one in shown if one.repeats and one.value is None]
    tiles.update(all_tiles(Panel.objects.select_related("board").filter(pk__in=in_all)) if in_all else ())
    if shown:
        changed(*panels, *cards, *_tiles(tiles))


def _tiles(tiles: Iterable[tuple[int, str]]) -> list[RenderingId]:
    return [fragments.repeated_panel.changed_id(pk=pk, tile=tile) for pk, tile in tiles]


def _panels_changed(panels: QuerySet[Panel]) -> None:
    """Panels, with all tiles of those that repeat."""
    some = list(panels.select_related("board"))
    changed(*(fragments.panel.changed_id(pk=one.pk) for one in some), *_tiles(all_tiles(some)))


@receiver(post_save, sender=Series)
@receiver(pre_delete, sender=Series)
def _series(instance: Series, **kwargs: Any) -> None:
    _points(frozenset({instance.pk}))
    _values(frozenset({instance.pk}))
    home.offers.changed()


@receiver(series_made)
def _made(series_ids: frozenset[int], **kwargs: Any) -> None:
    _values(series_ids)
    home.offers.changed()


def _values(series_ids: frozenset[int]) -> None:
    """With a series the value of a variable comes or goes: in the picker, and as a tile."""
    for pk, names in {(one.board, one.variables) for one in showing(series_ids) if one.variables}:
        fragments.board.changed(pk=pk)
        wall.wall.changed(pk=pk)
        _pickers_changed(pk, names)


def _pickers_changed(pk: int, names: Iterable[str]) -> None:
    changed(*(variables.picker.changed_id(pk=pk, variable=name) for name in names))


@receiver([post_save, post_delete], sender=Board)
def _board(instance: Board, **kwargs: Any) -> None:
    _board_changed(pk=instance.pk)
    _panels_changed(Panel.objects.filter(board=instance.pk))
    _pickers_changed(instance.pk, instance.variable_names())


def _board_changed(pk: int) -> None:
    """Which panels are on it, and where."""
    fragments.board.changed(pk=pk)
    wall.wall.changed(pk=pk)
    editing.edit_board.changed(pk=pk)
    documents.imported.changed(pk=pk)
    home.card.changed(pk=pk)


@receiver(pre_save, sender=Panel)
@receiver(pre_save, sender=PanelSeries)
def _moves(sender: type[Panel | PanelSeries], instance: Panel | PanelSeries, **kwargs: Any) -> None:
    """A panel that moves to another board, or a series to another panel, also leaves one."""
    parent, say = ("board", _board_changed) if sender is Panel else ("panel", fragments.panel.changed)
    old = sender._default_manager.filter(pk=instance.pk).values_list(parent, flat=True)
    for pk in old.exclude(**{parent: getattr(instance, f"{parent}_id")}):
        say(pk=pk)


@receiver([post_save, post_delete], sender=Panel)
def _panel(instance: Panel, **kwargs: Any) -> None:
    fragments.panel.changed(pk=instance.pk)
    if instance.repeat:
        _panels_changed(Panel.objects.filter(pk=instance.pk))
    _board_changed(pk=instance.board_id)


@receiver([post_save, post_delete], sender=PanelSeries)
def _series_of_panel(instance: PanelSeries, **kwargs: Any) -> None:
    fragments.panel.changed(pk=instance.panel_id)
    for panel in Panel.objects.select_related("board").filter(pk=instance.panel_id):
        home.card.changed(pk=panel.board_id)
        documents.imported.changed(pk=panel.board_id)
        if names := panel.board.variable_names():
            changed(*_tiles(all_tiles([panel])))
            _board_changed(pk=panel.board_id)
            _pickers_changed(panel.board_id, names)


@receiver(post_save, sender=Notice)
def _notice(instance: Notice, **kwargs: Any) -> None:
    if instance.recipients.kind == "board" and (pk := pk_of(instance.recipients.ref)):
        fragments.activity.changed(pk=pk)


@receiver(pre_save, sender=PanelSeries)
def _colour(instance: PanelSeries, **kwargs: Any) -> None:
    """What is new on a panel has the first colour that is free there, or that of its label."""
    if instance._state.adding and not instance.colour:
        others = PanelSeries.objects.filter(panel=instance.panel_id).order_by("position", "pk")
        instance.colour = next_colour(instance.label, others.values_list("label", "colour"))
