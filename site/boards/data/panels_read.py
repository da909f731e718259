"""What all panels of a page are drawn from, read at once: the panels themselves, what they show, and what is newest of
that. A board of 100 panels asked four times for each."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from django.db.models import Prefetch

from boards.models import Panel, PanelSeries
from series.storage.newest import Newest
from series.storage.query import newest_of


class NewestRead(NamedTuple):
    """What is newest of those of these series that have a point."""

    series: frozenset[int]
    newest: Mapping[int, Newest]

    def of(self, ids: Collection[int]) -> dict[int, Newest]:
        """Of these; what a query means, and not a panel's row, is read now."""
        if not self.series.issuperset(ids):
            return newest_of(ids)
        return {pk: self.newest[pk] for pk in ids if pk in self.newest}


class PanelRead(NamedTuple):
    """A panel with its board, its rows, and what is newest of their series."""

    panel: Panel
    rows: list[PanelSeries]
    newest: NewestRead


def panels_read(keys: Collection[Any]) -> dict[Any, PanelRead]:
    """For ``load_many``: of keys that have a ``pk``, those whose panels are there."""
    lines = Prefetch("lines", PanelSeries.objects.select_related("series__latest"))
    panels = Panel.objects.select_related("board").prefetch_related(lines).in_bulk({key.pk for key in keys})
    rows = {pk: list(panel.lines.all()) for pk, panel in panels.items()}
    series = frozenset(row.series_id for several in rows.values() for row in several if row.series_id is not None)
    newest = NewestRead(series, newest_of(series) if series else {})
    return {key: PanelRead(panels[key.pk], rows[key.pk], newest) for key in keys if key.pk in panels}
