"""Options that several kinds share, and how those about one thing go together."""

from django import forms
from django.utils.translation import gettext_lazy as _

from boards.durations import DAY, DurationField, DurationRange
from boards.options import Option, Problems, Section, Values
from boards.states import Thresholds, check_states

MAX_WINDOW_SECONDS = 100 * 366 * DAY
TIME, NAMES, UP, DOWN = "time", "names", "up", "down"
X_AXES = [(TIME, _("Time: the window, up to the last point")), (NAMES, _("Names: the newest value of each series"))]
DIRECTIONS = [("", "---------"), (UP, _("Up is good")), (DOWN, _("Down is good"))]
GOOD_HELP = _("Colours a change. Where up is good, the thresholds below are lower limits.")
BEYOND = _("This value and above; where up is good, this value and below.")
WINDOW_HELP = _("How far it reaches back from the last point: 5 min, 24 h, 7 d.")
WINDOW_RANGE = DurationRange(1, MAX_WINDOW_SECONDS)
RANGE_HELP = _("How much the axis shows at least, so that noise does not look like a storm.")
STATES_HELP = _(
    "What values mean, one a line: “0 = Down, bad”. The level is ok, warn, bad or off. "
    "The thresholds decide about values that are not named."
)
Number = Option[float | None]

UNIT = Option(
    "unit",
    "",
    forms.CharField,
    _("Unit"),
    _("%, ratio, ms, B, EUR, any other word"),
    Section.DATA,
    True,
    max_length=20,
)
WINDOW: Option[float] = Option(
    "window", 300, DurationField, _("Window"), WINDOW_HELP, Section.DATA, True, validators=[WINDOW_RANGE]
)
X_AXIS = Option("x_axis", TIME, forms.ChoiceField, _("X axis"), section=Section.DATA, choices=X_AXES)
GOOD = Option(
    "good", "", forms.ChoiceField, _("Good direction"), GOOD_HELP, Section.THRESHOLDS, True, choices=DIRECTIONS
)
WARN_AT: Number = Option("warn_at", None, forms.FloatField, _("Warning from"), BEYOND, Section.THRESHOLDS, True)
BAD_AT: Number = Option("bad_at", None, forms.FloatField, _("Critical from"), BEYOND, Section.THRESHOLDS, True)
MINIMUM: Number = Option("minimum", None, forms.FloatField, _("Axis from"), "", Section.AXIS, True)
MAXIMUM: Number = Option("maximum", None, forms.FloatField, _("Axis to"), "", Section.AXIS, True)
MINIMUM_RANGE: Number = Option(
    "minimum_range", None, forms.FloatField, _("Minimum axis range"), RANGE_HELP, Section.AXIS, min_value=1e-12
)
STACKED = Option("stacked", False, forms.BooleanField, _("Stacked"), _("One upon the other."))
SHOW_EXTREMES = Option(
    "show_extremes", False, forms.BooleanField, _("Show min and max"), _("Beside the last value of each series.")
)
LONG_TEXT = forms.Textarea(attrs={"rows": 12, "class": "vLargeTextField"})
STATES = Option("states", "", forms.CharField, _("States"), STATES_HELP, widget=LONG_TEXT, validators=[check_states])
THRESHOLDS = (GOOD, WARN_AT, BAD_AT)
AXIS = (MINIMUM, MAXIMUM)


def thresholds_of(values: Values) -> Thresholds:
    """From where on a value is bad, and in which direction."""
    return Thresholds(values[WARN_AT], values[BAD_AT], below=values[GOOD] == UP)


def axis_ends(values: Values) -> tuple[float | None, float | None]:
    """Where the axis begins and ends. Ends that the admin refuses, but a program can store, count as not set."""
    low, high = values[MINIMUM], values[MAXIMUM]
    return (None, None) if low is not None and high is not None and low >= high else (low, high)


def problems_of(values: Values) -> Problems:
    """What is wrong with thresholds, and with the ends of an axis, that are valid each by itself."""
    wrong = {}
    if axis_ends(values) != (values[MINIMUM], values[MAXIMUM]):
        wrong[MAXIMUM.name] = _("The axis must end above where it begins.")
    warn, bad, up = values[WARN_AT], values[BAD_AT], values[GOOD] == UP
    if warn is not None and bad is not None and (bad > warn if up else bad < warn):
        wrong[BAD_AT.name] = (
            _("Where up is good, critical must not begin above the warning.")
            if up
            else _("Critical must not begin below the warning, unless up is good.")
        )
    return wrong
