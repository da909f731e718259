"""Boards and their panels."""

import zoneinfo
from datetime import tzinfo

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


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
        _("show activity"), default=True, help_text=_("What was said to those who look at it, below the panels.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[check_zone])
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
    """One tile of a board: some series, and how they are shown."""

    class Kind(models.TextChoices):
        LINE = "line", _("line over time")
        CATEGORIES = "categories", _("line over categories")
        STAT = "stat", _("figure")
        STATUS = "status", _("status")

    class Width(models.IntegerChoices):
        QUARTER = 3, _("a quarter")
        THIRD = 4, _("a third")
        HALF = 6, _("half")
        TWO_THIRDS = 8, _("two thirds")
        FULL = 12, _("full width")

    class Good(models.TextChoices):
        UP = "up", _("up is good")
        DOWN = "down", _("down is good")

    board = models.ForeignKey(Board, models.CASCADE, related_name="panels", verbose_name=_("board"))
    title = models.CharField(_("title"), max_length=100)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.LINE)
    width = models.PositiveSmallIntegerField(_("width"), choices=Width.choices, default=Width.HALF)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    series = models.ManyToManyField("series.Series", through="PanelSeries", related_name="panels")
    unit = models.CharField(_("unit"), max_length=20, blank=True, help_text=_("%, ms, s, B, B/s or any other word"))
    window = models.PositiveIntegerField(
        _("window"), default=300, validators=[MinValueValidator(1)], help_text=_("Seconds up to the last point.")
    )
    minimum = models.FloatField(_("axis from"), null=True, blank=True)
    maximum = models.FloatField(_("axis to"), null=True, blank=True)
    warn_at = models.FloatField(_("warn from"), null=True, blank=True, help_text=_("This value and above."))
    bad_at = models.FloatField(_("critical from"), null=True, blank=True, help_text=_("This value and above."))
    good = models.CharField(
        _("good direction"), max_length=4, choices=Good.choices, blank=True, help_text=_("Colours a figure's change.")
    )
    expected_every = models.FloatField(
        _("expected every"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0.1)],
        help_text=_("Seconds between points. When they stay away for 2.5 times as long, the panel says so."),
    )
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
        if self.minimum is not None and self.maximum is not None and self.minimum >= self.maximum:
            raise ValidationError({"maximum": _("The axis must end above where it begins.")})
        if self.warn_at is not None and self.bad_at is not None and self.warn_at > self.bad_at:
            raise ValidationError({"bad_at": _("Critical must not begin below the warning.")})


class PanelSeries(models.Model):
    """A series on a panel: a line, or a category."""

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="lines")
    series = models.ForeignKey("series.Series", models.CASCADE, related_name="shown_on", verbose_name=_("series"))
    label = models.CharField(_("label"), max_length=100, blank=True, help_text=_("The series' name if empty."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name, verbose_name_plural = _("series"), _("series")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["panel", "series"], name="series_once_a_panel")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """How it is called on the panel."""
        return self.label or self.series.identity
