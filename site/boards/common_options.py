"""Options that several kinds share, and how those about one thing go together."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boards.durations import DAY, DurationField, DurationRange
from boards.options import Option, Problems, Section, Values
from boards.states import Thresholds, check_states

MAX_WINDOW_SECONDS = 100 * 366 * DAY
TIME, NAMES = "time", "names"
UP, DOWN = "up", "down"
_BEYOND = gettext_lazy("This value and above; where up is good, this value and below.")

UNIT = Option(
    "unit",
    "",
    forms.CharField(
        label=gettext_lazy("Unit"), max_length=20, help_text=gettext_lazy("%, ratio, ms, s, B, EUR, any other word")
    ),
    Section.DATA,
    describes_data=True,
)
WINDOW: Option[float] = Option(
    "window",
    300,
    DurationField(
        label=gettext_lazy("Window"),
        help_text=gettext_lazy("How far it reaches back from the last point: 5 min, 24 h, 7 d."),
        validators=[DurationRange(1, MAX_WINDOW_SECONDS)],
    ),
    Section.DATA,
    describes_data=True,
)
X_AXIS = Option(
    "x_axis",
    TIME,
    forms.ChoiceField(
        label=gettext_lazy("X axis"),
        choices=[
            (TIME, gettext_lazy("Time: the window, up to the last point")),
            (NAMES, gettext_lazy("Names: the newest value of each series")),
        ],
    ),
    Section.DATA,
)
GOOD = Option(
    "good",
    "",
    forms.ChoiceField(
        label=gettext_lazy("Good direction"),
        choices=[("", "---------"), (UP, gettext_lazy("Up is good")), (DOWN, gettext_lazy("Down is good"))],
        help_text=gettext_lazy("Colours a change. Where up is good, the thresholds below are lower limits."),
    ),
    Section.THRESHOLDS,
    describes_data=True,
)
WARN_AT: Option[float | None] = Option(
    "warn_at",
    None,
    forms.FloatField(label=gettext_lazy("Warning from"), help_text=_BEYOND),
    Section.THRESHOLDS,
    describes_data=True,
)
BAD_AT: Option[float | None] = Option(
    "bad_at",
    None,
    forms.FloatField(label=gettext_lazy("Critical from"), help_text=_BEYOND),
    Section.THRESHOLDS,
    describes_data=True,
)
MINIMUM: Option[float | None] = Option(
    "minimum", None, forms.FloatField(label=gettext_lazy("Axis from")), Section.AXIS, describes_data=True
)
MAXIMUM: Option[float | None] = Option(
    "maximum", None, forms.FloatField(label=gettext_lazy("Axis to")), Section.AXIS, describes_data=True
)
MINIMUM_RANGE: Option[float | None] = Option(
    "minimum_range",
    None,
    forms.FloatField(
        label=gettext_lazy("Minimum axis range"),
        min_value=1e-12,
        help_text=gettext_lazy("How much the axis shows at least, so that noise does not look like a storm."),
    ),
    Section.AXIS,
)
STACKED = Option(
    "stacked",
    False,
    forms.BooleanField(label=gettext_lazy("Stacked"), help_text=gettext_lazy("One upon the other.")),
)
SHOW_EXTREMES = Option(
    "show_extremes",
    False,
    forms.BooleanField(
        label=gettext_lazy("Show min and max"),
        help_text=gettext_lazy("The lowest and highest value beside the last one."),
    ),
)
STATES = Option(
    "states",
    "",
    forms.CharField(
        label=gettext_lazy("States"),
        widget=forms.Textarea(attrs={"rows": 5, "class": "vLargeTextField"}),
        validators=[check_states],
        help_text=gettext_lazy(
            "What values mean, one a line: “0 = Down, bad”. The level is ok, warn, bad or off. "
            "The thresholds decide about values that are not named."
        ),
    ),
)
THRESHOLDS = (GOOD, WARN_AT, BAD_AT)
AXIS = (MINIMUM, MAXIMUM)


def thresholds_of(values: Values) -> Thresholds:
    """From where on a value is bad, and in which direction."""
    return Thresholds(values[WARN_AT], values[BAD_AT], below=values[GOOD] == UP)


def problems_of_thresholds(values: Values) -> Problems:
    """What is wrong with thresholds that are valid each by itself."""
    warn, bad = values[WARN_AT], values[BAD_AT]
    if warn is None or bad is None:
        return {}
    if values[GOOD] == UP and bad > warn:
        return {BAD_AT.name: _("Where up is good, critical must not begin above the warning.")}
    if values[GOOD] != UP and bad < warn:
        return {BAD_AT.name: _("Critical must not begin below the warning, unless up is good.")}
    return {}


def axis_ends(values: Values) -> tuple[float | None, float | None]:
    """Where the axis begins and ends. Ends that the admin refuses, but a program can store, count as not set."""
    low, high = values[MINIMUM], values[MAXIMUM]
    return (None, None) if low is not None and high is not None and low >= high else (low, high)


def problems_of_axis(values: Values) -> Problems:
    """What is wrong with the ends of an axis that are valid each by itself."""
    if axis_ends(values) != (values[MINIMUM], values[MAXIMUM]):
        return {MAXIMUM.name: _("The axis must end above where it begins.")}
    return {}
