"""The panels of boards, and what they show."""

from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext_lazy as _

from boards import kinds
from boards.documents.keys import MAX_KEY_LENGTH, free_key
from boards.layout import COLUMNS, MAX_HEIGHT, MIN_WIDTH
from boards.models.boards import Board
from boards.models.fields import JSONField
from boards.variables.declared import MAX_NAME_LENGTH
from series.matchers import UnknownVariable
from series.queries import QueryError, read

# Panels whose addresses a process remembers.
MAX_ADDRESSES = 10_000


class Panel(models.Model):
    """One tile of a board: some series, and how they are shown.

    What every kind has is a column, such as its place on the board. How the data is shown
    (unit, window, axis, thresholds and so on) is in ``options``, for not every kind has it, and the kind checks it.
    """

    board = models.ForeignKey(Board, models.CASCADE, related_name="panels", verbose_name=_("board"))
    # What it is called in a document; made of the first title. It stays, so that a panel is known again by it.
    key = models.SlugField(_("key"), max_length=MAX_KEY_LENGTH, blank=True, editable=False, db_index=False)
    title = models.CharField(_("title"), max_length=100)
    kind = models.CharField(_("kind"), max_length=40, choices=kinds.choices, default="line")
    width = models.PositiveSmallIntegerField(
        _("width"),
        default=None,
        blank=True,
        validators=[MinValueValidator(MIN_WIDTH), MaxValueValidator(COLUMNS)],
        help_text=_("In columns, of which a board has 12. If empty, what its kind needs."),
    )
    height = models.PositiveSmallIntegerField(
        _("height"),
        default=None,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_HEIGHT)],
        help_text=_("In rows. If empty, what its kind needs."),
    )
    # No whole number: between two panels there is room for a third, and no other one has to move.
    position = models.FloatField(_("position"), default=0.0)
    options = JSONField(_("options"), default=dict, blank=True)
    repeat = models.CharField(
        _("repeat over"),
        max_length=MAX_NAME_LENGTH,
        blank=True,
        help_text=_("A variable of its board: it is shown once for each of the values that are chosen."),
    )
    editable = models.BooleanField(
        _("editable"),
        default=False,
        help_text=_("Whoever sees the board can set the values in a form below it. It appears at the next load."),
    )

    # How many changes of it the history has; a program that saves it by itself does not count.
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("panel"), _("panels")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.board}: {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it, with the size that its kind needs where it has none, and with a key of its own on its board."""
        kind = kinds.registry.get(self.kind, kinds.Kind)
        self.width = kind.width if self.width is None else self.width
        self.height = kind.height if self.height is None else self.height
        others = Panel.objects.filter(board=self.board_id).exclude(pk=self.pk).order_by()
        taken = set(others.values_list("key", flat=True))
        if not self.key or self.key in taken:
            self.key = free_key(self.title, taken)
        super().save(*args, **kwargs)

    @property
    def address(self) -> str:
        """Of its own page; empty while it is not saved."""
        return "" if self.pk is None else _address(self.pk, get_script_prefix())

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
        names = self.board.variable_names() if self.repeat and self.board_id else [self.repeat]
        if self.repeat not in names:
            wrong["repeat"] = str(UnknownVariable(self.repeat, names))
        if wrong:
            raise ValidationError(wrong)


# With each rendering of a panel: Django would look through its patterns, and be a twentieth of that.
@lru_cache(MAX_ADDRESSES)
def _address(pk: int, prefix: str) -> str:
    return reverse("boards:panel", args=[pk])


class PanelSeries(models.Model):
    """What a panel shows as lines, categories, slices or rows: a series as it is, or what a query makes of series."""

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="lines")
    series = models.ForeignKey(
        "series.Series", models.CASCADE, null=True, blank=True, related_name="shown_on", verbose_name=_("series")
    )
    query = JSONField(_("query"), null=True, blank=True, help_text=_("Instead of a series. See docs/querying.md."))
    label = models.CharField(_("label"), max_length=100, blank=True, help_text=_("The series' name if empty."))
    category = models.CharField(
        _("category label"),
        max_length=100,
        blank=True,
        help_text=_("The name on an X axis of names; the label is then the colour. The label if empty."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    # 1 to 8, 0 for none of its own: so it does not change when others come and go.
    colour = models.PositiveSmallIntegerField(_("colour"), default=0, editable=False)

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
                query = read(self.query)
            except QueryError as error:
                raise ValidationError({"query": f"{error.field}: {error}" if error.field else str(error)}) from error
            known = self.panel.board.variable_names() if self.panel_id else query.variables()
            for name in sorted(query.variables().difference(known)):
                raise ValidationError(str(UnknownVariable(name, known)))

    @property
    def name(self) -> str:
        """How it is called on the panel."""
        if self.label:
            return self.label
        if self.series is not None:
            return self.series.identity
        # A program can store what is no query.
        return str(self.query.get("selector", "") if isinstance(self.query, dict) else self.query)
