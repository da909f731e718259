"""Boards and their panels."""

import zoneinfo
from datetime import tzinfo
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boards import kinds
from boards.ranges import validate_range
from series.queries import QueryError, read


def check_zone(name: str) -> None:
    """Refuse what is no time zone of the IANA database."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(name)s” is no time zone; one looks like Europe/Berlin."), params={"name": name})


class Board(models.Model):
    """One page of panels."""

    title = models.CharField(_("title"), max_length=100)
    slug = models.SlugField(_("address"), unique=True, help_text=_("The last part of /boards/…/"))
    note = models.CharField(_("note"), max_length=300, blank=True, help_text=_("Shown under the title."))
    public = models.BooleanField(_("public"), default=False, help_text=_("Shown to people who are not signed in."))
    show_activity = models.BooleanField(
        _("show activity"), default=True, help_text=_("The last messages to its viewers, below the panels.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[check_zone])
    range = models.CharField(
        _("range"),
        max_length=60,
        blank=True,
        validators=[validate_range],
        help_text=_("What it shows at first: 6 h, 7 d, today, week. If empty, what its panels say."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name, verbose_name_plural = _("board"), _("boards")
        ordering = ["position", "title", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("boards:board", args=[self.slug])

    @property
    def zone(self) -> tzinfo:
        """The zone in which its times are shown."""
        return zoneinfo.ZoneInfo(self.time_zone)


class Panel(models.Model):
    """One tile of a board: some series, and how they are shown.

    What every kind has is a column, such as its place on the board. How the data is shown
    (unit, window, axis, thresholds and so on) is in ``options``, for not every kind has it, and the kind checks it.
    """

    class Width(models.IntegerChoices):
        QUARTER = 3, _("a quarter")
        THIRD = 4, _("a third")
        HALF = 6, _("half")
        TWO_THIRDS = 8, _("two thirds")
        FULL = 12, _("full width")

    board = models.ForeignKey(Board, models.CASCADE, related_name="panels", verbose_name=_("board"))
    title = models.CharField(_("title"), max_length=100)
    kind = models.CharField(_("kind"), max_length=40, choices=kinds.choices, default="line")
    width = models.PositiveSmallIntegerField(_("width"), choices=Width.choices, default=Width.HALF)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    options = models.JSONField(_("options"), default=dict, blank=True)
    editable = models.BooleanField(
        _("editable"),
        default=False,
        help_text=_("Whoever sees the board can set the values in a form below it. It appears at the next load."),
    )

    class Meta:
        verbose_name, verbose_name_plural = _("panel"), _("panels")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.board}: {self.title}"

    def clean(self) -> None:
        """Refuse options that its kind does not take. The errors of an option have the name ``options.<name>``."""
        kind = kinds.registry.get(self.kind)
        if kind is None:
            return  # refused as a choice
        if not isinstance(self.options, dict):
            raise ValidationError({"options": _("The options must be an object in JSON.")})
        wrong: dict[str, Any] = {f"options.{name}": words for name, words in kind.check(self.options).items()}
        if self.editable and not kind.has_series:
            wrong["editable"] = _("This kind has no values that viewers could set.")
        if wrong:
            raise ValidationError(wrong)


class PanelSeries(models.Model):
    """What a panel shows as lines, categories, slices or rows: a series as it is, or what a query makes of series."""

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="lines")
    series = models.ForeignKey(
        "series.Series", models.CASCADE, null=True, blank=True, related_name="shown_on", verbose_name=_("series")
    )
    query = models.JSONField(
        _("query"), null=True, blank=True, help_text=_("Instead of a series. See docs/querying.md.")
    )
    label = models.CharField(_("label"), max_length=100, blank=True, help_text=_("The series' name if empty."))
    category = models.CharField(
        _("category label"),
        max_length=100,
        blank=True,
        help_text=_("The name on an X axis of names; the label is then the colour. The label if empty."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name, verbose_name_plural = _("series"), _("series")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "series"], name="series_once_a_panel"),
            models.CheckConstraint(
                condition=models.Q(series__isnull=True) ^ models.Q(query__isnull=True), name="series_or_query"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.name}" if self.category else self.name

    def clean(self) -> None:
        """Refuse what is both a series and a query, or neither, or no query."""
        if (self.series_id is None) == (self.query is None):
            raise ValidationError(_("Choose a series, or say by a selector which ones."))
        if self.query is not None:
            try:
                read(self.query)
            except QueryError as error:
                raise ValidationError({"query": f"{error.field}: {error}" if error.field else str(error)}) from error

    @property
    def name(self) -> str:
        """How it is called on the panel."""
        if self.label:
            return self.label
        if self.series is not None:
            return self.series.identity
        # A program can store what is no query.
        return str(self.query.get("selector", "") if isinstance(self.query, dict) else self.query)
