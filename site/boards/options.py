"""What can be set of a panel beside its columns: each option is declared once, with its words and its validation.

A kind of panel lists its options. They are stored in one JSON object, ``Panel.options``; the form of the admin, the
validation of the model and the chart all read the same declaration, and what two kinds share is one object.
"""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from boards.durations import DurationField

T = TypeVar("T")
Words = Any  # a string, or a translation of one that waits for its language
# What is wrong with some options, in words, by their names.
Problems = Mapping[str, Words | ValidationError]
# What a field's values are in JSON, and what that is called; a field of another type takes whatever it can clean.
JSON_TYPES: dict[type[forms.Field], tuple[tuple[type, ...], Words]] = {
    forms.BooleanField: ((bool,), _("true or false")),
    forms.CharField: ((str,), _("a text")),
    forms.ChoiceField: ((str,), _("a text")),
    forms.FloatField: ((int, float), _("a number")),
    forms.IntegerField: ((int,), _("a whole number")),
    DurationField: ((int, float), _("a number of seconds")),
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
        **arguments: Any,
    ) -> None:
        self.name, self.default, self.section, self.describes_data = name, default, section, describes_data
        self.field = field(label=label, help_text=help_text, required=False, **arguments)

    def clean(self, value: object) -> T:
        """The value; the default for None and "". Raises ``ValidationError`` for what it cannot be."""
        if value is None or value == "":
            return self.default
        types, words = JSON_TYPES.get(type(self.field), ((object,), ""))
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types and object not in types):
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
