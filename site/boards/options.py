"""Which option of a panel is for which kinds, and what is wrong with options that do not go together, in words.

What describes the numbers (unit, window, axis, limits) may stay when the kind changes, for it is still true of them.
What describes a picture and would do nothing in the chosen one is refused: somebody who ticked it waits for it.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Field
from django.utils.text import capfirst
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from boards.models import Panel

DAY = 86400
MOST_DAYS = 366
# The kinds of a panel in which each option does something.
KINDS_WITH: dict[str, tuple[str, ...]] = {
    "over": ("line", "area", "bar", "table"),
    "stacked": ("area", "bar"),
    "horizontal": ("bar",),
    "log": ("line",),
    "least_span": ("line", "area"),
    "extremes": ("line", "area"),
    "bins": ("histogram",),
    "rows": ("table",),
    "history_days": ("status",),
    "states": ("timeline", "status"),
    "text": ("text",),
}
# Where a gauge begins and ends if nobody says so.
GAUGE = (0.0, 100.0)
GAUGE_OF_ONE = (0.0, 1.0)

Problems = dict[str, str]


def problems(panel: "Panel") -> Problems:
    """What is wrong with a panel, by the name of the field."""
    return _unused(panel) | _axis(panel) | _limits(panel) | _alone(panel)


def said_above(error: ValidationError, hidden: Collection[str]) -> ValidationError:
    """The same, with what is wrong with fields that a form does not have said above it: nowhere else has it room."""
    shown: dict[str, list[ValidationError]] = {}
    for name, errors in error.error_dict.items():
        shown.setdefault(NON_FIELD_ERRORS if name in hidden else name, []).extend(errors)
    return ValidationError(shown)


def gauge_ends(panel: "Panel") -> tuple[float, float]:
    """Where a gauge begins and ends."""
    low, high = GAUGE_OF_ONE if panel.unit == "ratio" else GAUGE
    return low if panel.minimum is None else panel.minimum, high if panel.maximum is None else panel.maximum


def _unused(panel: "Panel") -> Problems:
    """Options that were set and would silently do nothing."""
    kinds = dict(panel.Kind.choices)
    found = {}
    for name, used_by in KINDS_WITH.items():
        field: Field[Any, Any] = panel._meta.get_field(name)  # type: ignore[assignment]
        value = getattr(panel, name)
        if panel.kind in used_by or value in field.empty_values or value == field.get_default():
            continue
        found[name] = _("“%(option)s” does nothing for the kind “%(kind)s”; it is for %(kinds)s.") % {
            "option": capfirst(str(field.verbose_name)),
            "kind": kinds.get(panel.kind, panel.kind),
            "kinds": ", ".join(f"“{kinds[each]}”" for each in used_by),
        }
    return found


def _axis(panel: "Panel") -> Problems:
    low, high = panel.minimum, panel.maximum
    if low is not None and high is not None and low >= high:
        return {"maximum": _("The axis must end above where it begins.")}
    if panel.kind == panel.Kind.LINE and panel.log:
        for name, value in (("minimum", low), ("maximum", high)):
            if value is not None and value <= 0:
                return {name: _("A logarithmic axis has no place for zero and less: begin and end it above zero.")}
    if panel.kind == panel.Kind.GAUGE:
        start, end = gauge_ends(panel)
        if start >= end:
            name = "minimum" if high is None else "maximum"
            words = _("A gauge from %(start)g to %(end)g has no length; say where it begins and where it ends.")
            return {name: words % {"start": start, "end": end}}
    return {}


def _limits(panel: "Panel") -> Problems:
    warn, bad = panel.warn_at, panel.bad_at
    if warn is None or bad is None:
        return {}
    if panel.good == panel.Good.UP and bad > warn:
        return {"bad_at": _("Where up is good, critical must not begin above the warning.")}
    if panel.good != panel.Good.UP and bad < warn:
        return {"bad_at": _("Critical must not begin below the warning, unless up is good.")}
    return {}


def _alone(panel: "Panel") -> Problems:
    """What single kinds need, or cannot have."""
    if panel.kind == panel.Kind.TEXT:
        if not panel.text.strip():
            return {"text": _("A text panel needs its text. It is written on the panel's own page of the admin.")}
        if panel.editable:
            return {"editable": _("A text has no values that viewers could set.")}
    if panel.kind == panel.Kind.HEATMAP and not DAY <= panel.window <= MOST_DAYS * DAY:
        words = _("A heat map shows hours of weekdays: its window is a day (%(day)d) to a year (%(year)d seconds).")
        return {"window": words % {"day": DAY, "year": MOST_DAYS * DAY}}
    return {}
