"""The kinds of panel: line, stat, status and so on. Each is one module of this package, and nothing else names it.

A module here is imported by itself. A kind elsewhere is the same: a class in a module that its app imports when it is
ready (``AppConfig.ready``). It is then in the admin, on boards, in the gallery and in exports:

    class Doubled(Kind):
        name, label, group = "doubled", _("doubled"), Group.SINGLE_VALUE
        options = (UNIT,)
        one_series = True

        def chart(self, source):
            return charts.stat(2 * (source.value(source.lines[0]) or 0), unit=source[UNIT], title=source.title)
"""

import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from importlib import import_module
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from boards.data.sources import Source
from boards.options import TIME, UNIT, WINDOW, X_AXIS, Option, Problems, Values, Words, problems_of
from live.charts import Chart
from series.durations import duration

# Units that stand beside every number anyway, or that nobody reads.
UNITS_SHOWN_WITH_VALUES = {"%", "ratio", "s", "B", "B/s"}
registry: dict[str, "Kind"] = {}


class Group(models.TextChoices):
    """Kinds as the admin offers them: by what somebody wants to see."""

    TRENDS = "trends", _("Trends and comparison")
    SINGLE_VALUE = "single value", _("Single value")
    DISTRIBUTION = "distribution", _("Distribution")
    STATUS = "status", _("Status")
    TEXT = "text", _("Tables and text")


class CannotBeDrawn(Exception):
    """The data does not go together with the kind; the words are for the viewers of the panel."""


def refuse_negative(name: str, values: Sequence[float | None], what: Words) -> None:
    """Raise ``CannotBeDrawn`` if one is negative."""
    if any(value is not None and value < 0 for value in values):
        raise CannotBeDrawn(_("“%(name)s” is negative, and %(what)s cannot be.") % {"name": name, "what": what})


class Kind(ABC):
    """One kind of panel. A subclass is registered; ``ValueError`` for a name that another one has."""

    name: ClassVar[str]
    label: ClassVar[Words]
    group: ClassVar[Group]
    # Its thumbnail: what an SVG path draws with a pen of 2 in a square of 24.
    symbol: ClassVar[str] = "M4 5h16v14H4z"
    options: ClassVar[tuple[Option[Any], ...]] = ()
    # Those of its options that are in its caption, in words.
    in_caption: ClassVar[tuple[Option[Any], ...]] = (UNIT, WINDOW)
    # The size of a new panel: columns of 12, and rows.
    width: ClassVar[int] = 6
    height: ClassVar[int] = 4
    # Whether it shows series at all, and only the first of a panel.
    has_series: ClassVar[bool] = True
    one_series: ClassVar[bool] = False
    # Whether its chart says of each series that it is late or missing, so that no note has to.
    marks_missing_series: ClassVar[bool] = False
    # A call of {% chart %} for the gallery's board, for a kind that has no section in the gallery.
    example: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        if cls.name in registry:
            raise ValueError(f"there is a kind of panel {cls.name!r} already")
        registry[cls.name] = cls()

    @abstractmethod
    def chart(self, source: Source) -> Chart:
        """Draw it; what it needs of the series, it asks ``source`` for. Raises ``CannotBeDrawn``."""

    def level(self, source: Source) -> str:
        """How bad its tile says that the newest values are: a level of ``live.charts``; empty where it says nothing."""
        return ""

    def problems(self, values: Values) -> Problems:
        """What is wrong with options that are valid each by itself."""
        return problems_of(values)

    def caption(self, values: Values, fixed_time: str = "") -> list[str]:
        """What stands beside the title: the unit and the window, in words; ``fixed_time`` instead, if the board shows
        one."""
        names = self.by_name.keys() & {option.name for option in self.in_caption}
        unit = values[UNIT] if UNIT.name in names else ""
        over_time = X_AXIS.name not in self.by_name or values[X_AXIS] == TIME
        return [
            "" if unit in UNITS_SHOWN_WITH_VALUES else unit,
            fixed_time or _("last %s") % duration(values[WINDOW]) if WINDOW.name in names and over_time else "",
        ]

    def next_change(self, source: Source) -> datetime | None:
        """When the clock alone will change the chart; None if never. Lateness is looked after elsewhere."""
        return None

    @cached_property
    def by_name(self) -> dict[str, Option[Any]]:
        """Its options, by name."""
        return {option.name: option for option in self.options}

    def values(self, stored: object) -> Values:
        """The options that are stored for a panel of this kind, as the chart reads them."""
        return Values(self.by_name, stored)

    def check(self, stored: Mapping[str, object]) -> Problems:
        """What is wrong with the options of a panel of this kind, by name."""
        wrong = self.problems(self.values(stored))
        for name, value in stored.items():
            try:
                self._check(name, value)
            except ValidationError as error:
                wrong[name] = error
        return wrong

    def _check(self, name: str, value: object) -> None:
        users = [kind for kind in every() if name in kind.by_name]
        if not users:
            words = _("There is no option “%(name)s”; this kind has: %(known)s.")
            raise ValidationError(words % {"name": name, "known": ", ".join(self.by_name)})
        option = (self if self in users else users[0]).by_name[name]
        if option.clean(value) != option.default and self not in users and not option.describes_data:
            # Somebody who set it waits for what it does.
            kinds = ", ".join(f"“{kind.label}”" for kind in users)
            words = _("“%(option)s” does nothing for the kind “%(kind)s”; it is for %(kinds)s.")
            raise ValidationError(words % {"option": option.field.label, "kind": self.label, "kinds": kinds})


def every() -> list[Kind]:
    """All kinds, by group and name."""
    return sorted(registry.values(), key=lambda kind: (list(Group).index(kind.group), kind.name))


def choices() -> list[tuple[Words, list[tuple[str, Words]]]]:
    """The kinds by group, as a form offers them."""
    return [(group.label, [(kind.name, kind.label) for kind in every() if kind.group == group]) for group in Group]


for _module in pkgutil.iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)
