"""What changes which fragment, and the colour of a new line. Receivers run inside the writer's transaction; ``changed``
waits for its commit."""

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver

from boards import fragments
from boards.data.line_colours import next_colour
from boards.data.panels_of_series import showing
from boards.editing import fragments as editing
from boards.home import fragments as home
from boards.models import Board, DismissedSeries, Panel, PanelSeries
from boards.recipients import pk_of
from boards.wall import fragments as wall
from live.changes import changed
from live.notices import Notice
from series.models import Series
from series.signals import points_written, series_made


@receiver(points_written)
def _points(series_ids: frozenset[int], **kwargs: Any) -> None:
    shown = showing(series_ids)
    panels = [fragments.panel.changed_id(pk=pk) for pk in {one.panel for one in shown}]
    cards = [home.card.changed_id(pk=pk) for pk in {one.board for one in shown}]
    if shown:
        changed(*panels, *cards)


@receiver(post_save, sender=Series)
@receiver(pre_delete, sender=Series)
def _series(instance: Series, **kwargs: Any) -> None:
    _points(frozenset({instance.pk}))
    home.offers.changed()


@receiver(series_made)
@receiver([post_save, post_delete], sender=DismissedSeries)
def _offers(**kwargs: Any) -> None:
    home.offers.changed()


@receiver([post_save, post_delete], sender=Board)
def _board(instance: Board, **kwargs: Any) -> None:
    home.boards.changed()
    home.offers.changed()
    wall.rotation.changed()
    _board_changed(pk=instance.pk)
    fragments.activity.changed(pk=instance.pk)
    fragments.edit_link.changed(pk=instance.pk)
    for pk in instance.panels.values_list("pk", flat=True):
        fragments.panel.changed(pk=pk)


def _board_changed(pk: int) -> None:
    """Which panels are on it, and where."""
    fragments.board.changed(pk=pk)
    wall.wall.changed(pk=pk)
    editing.edit_board.changed(pk=pk)
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
    _board_changed(pk=instance.board_id)


@receiver([post_save, post_delete], sender=PanelSeries)
def _series_of_panel(instance: PanelSeries, **kwargs: Any) -> None:
    fragments.panel.changed(pk=instance.panel_id)
    home.offers.changed()
    for pk in Panel.objects.filter(pk=instance.panel_id).values_list("board", flat=True):
        home.card.changed(pk=pk)


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
