"""Boards and their panels."""

import zoneinfo
from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boards.options import DAY, MOST_DAYS, problems, said_above
from boards.states import check_states

LONGEST_TEXT = 20_000
BEYOND = _("This value and above; where up is good, this value and below.")


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
        LINE = "line", _("line")
        AREA = "area", _("area")
        BAR = "bar", _("bars")
        STAT = "stat", _("figure")
        GAUGE = "gauge", _("gauge")
        SPARKLINE = "sparkline", _("sparkline")
        DONUT = "donut", _("donut")
        HISTOGRAM = "histogram", _("histogram")
        HEATMAP = "heatmap", _("heat map")
        STATUS = "status", _("status")
        TIMELINE = "timeline", _("state timeline")
        TABLE = "table", _("table")
        TEXT = "text", _("text")

    # As the admin offers them: by what somebody wants to see.
    KINDS = [
        (_("Course or comparison"), [Kind.LINE, Kind.AREA, Kind.BAR]),
        (_("How much now"), [Kind.STAT, Kind.GAUGE, Kind.SPARKLINE, Kind.DONUT]),
        (_("How it is spread"), [Kind.HISTOGRAM, Kind.HEATMAP]),
        (_("Whether it works"), [Kind.STATUS, Kind.TIMELINE]),
        (_("Words and numbers"), [Kind.TABLE, Kind.TEXT]),
    ]

    class Over(models.TextChoices):
        TIME = "time", _("time: the window, up to the last point")
        LATEST = "latest", _("names: the newest value of each series")

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
    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=[(group, [(kind.value, kind.label) for kind in kinds]) for group, kinds in KINDS],
        default=Kind.LINE,
    )
    width = models.PositiveSmallIntegerField(_("width"), choices=Width.choices, default=Width.HALF)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    series = models.ManyToManyField("series.Series", through="PanelSeries", related_name="panels")
    over = models.CharField(
        _("over"),
        max_length=6,
        choices=Over.choices,
        default=Over.TIME,
        help_text=_("What a line, an area, bars or a table lie over."),
    )
    unit = models.CharField(
        _("unit"), max_length=20, blank=True, help_text=_("%, ratio, ms, s, B, EUR, any other word")
    )
    window = models.PositiveIntegerField(
        _("window"), default=300, validators=[MinValueValidator(1)], help_text=_("Seconds up to the last point.")
    )
    minimum = models.FloatField(_("axis from"), null=True, blank=True)
    maximum = models.FloatField(
        _("axis to"), null=True, blank=True, help_text=_("A gauge goes from 0 to 100 where nothing is said.")
    )
    least_span = models.FloatField(
        _("least span"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1e-12)],
        help_text=_("Line, area: how much the axis shows at least, so that noise does not look like a storm."),
    )
    log = models.BooleanField(
        _("logarithmic"), default=False, help_text=_("Line: each step of the axis is ten times the one before.")
    )
    good = models.CharField(
        _("good direction"),
        max_length=4,
        choices=Good.choices,
        blank=True,
        help_text=_("Colours a figure's change. Where up is good, the limits below are lower limits."),
    )
    warn_at = models.FloatField(_("warn from"), null=True, blank=True, help_text=BEYOND)
    bad_at = models.FloatField(_("critical from"), null=True, blank=True, help_text=BEYOND)
    states = models.TextField(
        _("states"),
        blank=True,
        validators=[check_states],
        help_text=_(
            "Status, state timeline: what values mean, one a line: “0 = Down, bad”. The level is ok, warn, bad or off. "
            "Values that are not named are judged by the limits."
        ),
    )
    history_days = models.PositiveSmallIntegerField(
        _("days of history"),
        default=0,
        validators=[MaxValueValidator(90)],
        help_text=_(
            "Status: the worst state of each of so many days, 90 at most. All their points are read each time that "
            "the panel is drawn: for series with a point a minute, not a second."
        ),
    )
    stacked = models.BooleanField(_("stacked"), default=False, help_text=_("Area, bars: one upon the other."))
    horizontal = models.BooleanField(
        _("horizontal"), default=False, help_text=_("Bars: they lie, with the names at their left.")
    )
    extremes = models.BooleanField(
        _("extremes"), default=False, help_text=_("Line, area: the lowest and highest value beside the last one.")
    )
    bins = models.PositiveSmallIntegerField(
        _("bins"),
        null=True,
        blank=True,
        validators=[MinValueValidator(2), MaxValueValidator(60)],
        help_text=_("Histogram: into about how many parts its values are put, 2 to 60; by itself if empty."),
    )
    rows = models.PositiveSmallIntegerField(
        _("rows"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_("Table: how many there are at most, 1 to 50; 10 if empty."),
    )
    text = models.TextField(
        _("text"),
        blank=True,
        validators=[MaxLengthValidator(LONGEST_TEXT)],
        help_text=_("Text: Markdown, with headings, lists, tables and links; HTML in it is shown as it is."),
    )
    expected_every = models.FloatField(
        _("expected every"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0.1), MaxValueValidator(MOST_DAYS * DAY)],
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
        found = problems(self)
        if found:
            raise ValidationError(found)

    def full_clean(self, exclude: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        """Validate. What is wrong with a field that the form does not have is said above it: see ``clean``."""
        try:
            super().full_clean(exclude, *args, **kwargs)
        except ValidationError as error:
            raise said_above(error, set(exclude or ())) from None


class PanelSeries(models.Model):
    """A series on a panel: a line, a category, a slice, a row."""

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="lines")
    series = models.ForeignKey("series.Series", models.CASCADE, related_name="shown_on", verbose_name=_("series"))
    label = models.CharField(_("label"), max_length=100, blank=True, help_text=_("The series' name if empty."))
    group = models.CharField(
        _("category"),
        max_length=100,
        blank=True,
        help_text=_("Over names: the name on the axis; the label is then the colour. The label if empty."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name, verbose_name_plural = _("series"), _("series")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["panel", "series"], name="series_once_a_panel")]

    def __str__(self) -> str:
        return f"{self.group} {self.name}" if self.group else self.name

    @property
    def name(self) -> str:
        """How it is called on the panel."""
        return self.label or self.series.identity
