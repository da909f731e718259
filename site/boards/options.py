"""What can be set of a panel beside its columns: each option is declared once, with its words and its validation.

A kind of panel lists its options: those here, which several kinds share, and its own. They are stored in one JSON
object, ``Panel.options``; the form of the admin, the validation of the model and the chart read the same declaration.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from boards.states import Thresholds, check_states
from live.charts.values import MAX_VALUE
from series.durations import DAY, DurationField, DurationRange

T = TypeVar("T")
Words = Any  # a string, or a translation of one that waits for its language
# What is wrong with some options, in words, by their names.
Problems = dict[str, Words | ValidationError]
# What a field's values are in JSON, and what that is called; a field of another type takes whatever it can clean.
JSON_TYPES: dict[type[forms.Field], tuple[set[type], Words]] = {
    forms.BooleanField: ({bool}, _("true or false")),
    forms.CharField: ({str}, _("a text")),
    forms.ChoiceField: ({str}, _("a text")),
    forms.FloatField: ({int, float}, _("a number")),
    forms.IntegerField: ({int}, _("a whole number")),
    DurationField: ({int, float}, _("a number of seconds")),
}


class Section(models.TextChoices):
    """The part of the admin's form in which an option is."""

    DATA = "data", _("Data")
    THRESHOLDS = "thresholds", _("Thresholds")
    AXIS = "axis", _("Axis")
    DISPLAY = "display", _("Display")


class Option(Generic[T]):
    """One option: its name in the JSON, its default, and the form field with its label, its help and its validation.

    ``describes_data`` is for what stays true of the numbers in whatever way they are shown, such as their unit: it may
    stay stored when the kind changes to one that does not use it.
    """

    def __init__(
        self,
        name: str,
        default: T,
        field: type[forms.Field],
        label: Words,
        help_text: Words = "",
        section: Section = Section.DISPLAY,
        describes_data: bool = False,
        *,
        is_common: bool = False,
        suggestions: Sequence[object] = (),
        **arguments: Any,
    ) -> None:
        self.name, self.default, self.section, self.describes_data = name, default, section, describes_data
        self.is_common, self.suggestions = is_common, suggestions
        self.field = field(label=label, help_text=help_text, required=False, **arguments)

    def clean(self, value: object) -> T:
        """The value; the default for None and "". Raises ``ValidationError`` for what it cannot be."""
        if value is None or value == "":
            return self.default
        types, words = JSON_TYPES.get(type(self.field), ({type(value)}, ""))
        if type(value) not in types:
            raise ValidationError(_("It must be %(type)s, not %(value)s.") % {"type": words, "value": repr(value)[:40]})
        try:
            return cast(T, self.field.clean(value))
        except OverflowError:
            raise ValidationError(_("That number is too large.")) from None


class Values:
    """A panel's options, as its kind reads them: ``values[STACKED]``. What is stored but invalid counts as not set."""

    def __init__(self, options: Mapping[str, Option[Any]], stored: object) -> None:
        self._options, self._stored = options, stored if isinstance(stored, dict) else {}

    def __getitem__(self, option: Option[T]) -> T:
        # A kind may have an option of its own under the name of a shared one, such as a window with other limits.
        own: Option[T] = self._options.get(option.name, option)
        try:
            return own.clean(self._stored.get(own.name))
        except ValidationError:
            return own.default


# What several kinds share.

TIME, NAMES, UP, DOWN = "time", "names", "up", "down"
X_AXES = [(TIME, _("Time: the window, up to the last point")), (NAMES, _("Names: the newest value of each series"))]
DIRECTIONS = [("", "---------"), (UP, _("Up is good")), (DOWN, _("Down is good"))]
UNIT_HELP = _("%, ratio, ms, B, EUR, any other word")
WINDOW_HELP = _("How far it reaches back from the last point: 5 min, 24 h, 7 d.")
WINDOW_RANGE = DurationRange(1, 100 * 366 * DAY)
GOOD_HELP = _("Colours a change. Where up is good, the thresholds below are lower limits.")
LIMIT_HELP = _("This value and above; where up is good, this value and below.")
RANGE_HELP = _("How much the axis shows at least, so that noise does not look like a storm.")
FIXED_HELP = _("Whatever range the board shows.")
STATES_HELP = _(
    "What values mean, one a line: “0 = Down, bad”, or “open = Open, ok” where they are texts. The level is ok, warn, "
    "bad or off. The thresholds decide about values that are not named."
)
LONG_TEXT = forms.Textarea(attrs={"rows": 12, "class": "vLargeTextField"})
Number = Option[float | None]

USUAL_UNITS = ("%", "ratio", "ms", "s", "B", "B/s", "EUR", "USD", "°C", "W", "/s", "/min")
USUAL_WINDOWS = (300.0, 900.0, 3600.0, 6 * 3600.0, float(DAY), 7.0 * DAY, 30.0 * DAY, 365.0 * DAY)
UNIT = Option(
    *("unit", "", forms.CharField, _("Unit"), UNIT_HELP, Section.DATA, True),
    is_common=True,
    suggestions=USUAL_UNITS,
    max_length=20,
)
WINDOW = Option(
    *("window", 300.0, DurationField, _("Window"), WINDOW_HELP, Section.DATA, True),
    is_common=True,
    suggestions=USUAL_WINDOWS,
    validators=[WINDOW_RANGE],
)
FIXED_WINDOW = Option(
    "fixed_window",
    False,
    forms.BooleanField,
    _("Always this window"),
    FIXED_HELP,
    Section.DATA,
)
X_AXIS = Option("x_axis", TIME, forms.ChoiceField, _("X axis"), section=Section.DATA, choices=X_AXES)
GOOD = Option(
    "good", "", forms.ChoiceField, _("Good direction"), GOOD_HELP, Section.THRESHOLDS, True, choices=DIRECTIONS
)
WARN_AT: Number = Option(
    *("warn_at", None, forms.FloatField, _("Warning from"), LIMIT_HELP, Section.THRESHOLDS, True), is_common=True
)
BAD_AT: Number = Option(
    *("bad_at", None, forms.FloatField, _("Critical from"), LIMIT_HELP, Section.THRESHOLDS, True), is_common=True
)
# Beyond it a number counts as infinite, where a chart cannot end.
DRAWABLE: Any = {"min_value": -MAX_VALUE, "max_value": MAX_VALUE}
MINIMUM: Number = Option("minimum", None, forms.FloatField, _("Axis from"), "", Section.AXIS, True, **DRAWABLE)
MAXIMUM: Number = Option("maximum", None, forms.FloatField, _("Axis to"), "", Section.AXIS, True, **DRAWABLE)
MINIMUM_RANGE: Number = Option(
    "minimum_range", None, forms.FloatField, _("Minimum axis range"), RANGE_HELP, Section.AXIS, min_value=1e-12
)
STACKED = Option("stacked", False, forms.BooleanField, _("Stacked"), _("One upon the other."))
MIRRORED = Option(
    "mirrored", False, forms.BooleanField, _("Mirrored"), _("Every second series below zero, as traffic out beside in.")
)
SHOW_EXTREMES = Option(
    "show_extremes", False, forms.BooleanField, _("Show min and max"), _("Beside the last value of each series.")
)
STATES = Option("states", "", forms.CharField, _("States"), STATES_HELP, widget=LONG_TEXT, validators=[check_states])
THRESHOLDS = (GOOD, WARN_AT, BAD_AT)
AXIS = (MINIMUM, MAXIMUM)
# Of what has an X and a Y axis; and of lines.
XY = (UNIT, WINDOW, FIXED_WINDOW, X_AXIS, *THRESHOLDS, *AXIS)
LINES = (MINIMUM_RANGE, SHOW_EXTREMES)


def thresholds_of(values: Values) -> Thresholds:
    """From where on a value is bad, and in which direction."""
    return Thresholds(values[WARN_AT], values[BAD_AT], below=values[GOOD] == UP)


def axis_ends(values: Values) -> tuple[float | None, float | None]:
    """Where the axis begins and ends. Ends that the admin refuses, but a program can store, count as not set."""
    low, high = values[MINIMUM], values[MAXIMUM]
    return (None, None) if low is not None and high is not None and low >= high else (low, high)


def problems_of(values: Values) -> Problems:
    """What is wrong with thresholds, and with the ends of an axis, that are valid each by itself."""
    wrong: Problems = {}
    if axis_ends(values) != (values[MINIMUM], values[MAXIMUM]):
        wrong[MAXIMUM.name] = _("The axis must end above where it begins.")
    warn, bad, up = values[WARN_AT], values[BAD_AT], values[GOOD] == UP
    if warn is not None and bad is not None and (bad > warn if up else bad < warn):
        above = _("Where up is good, critical must not begin above the warning.")
        wrong[BAD_AT.name] = above if up else _("Critical must not begin below the warning, unless up is good.")
    return wrong
