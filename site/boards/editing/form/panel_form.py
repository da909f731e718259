"""The form of a panel: its columns, and the options of its kind, each beside its own words and errors."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django import forms

from boards import kinds
from boards.models import Panel
from boards.options import Option

PREFIX = "options."


def options_of(kind_name: str) -> dict[str, Option[Any]]:
    """The options of a kind by name; none if there is no such kind."""
    return kinds.registry[kind_name].by_name if kind_name in kinds.registry else {}


def options_shown(kind_name: str, stored: object, data: Mapping[str, Any]) -> list[Option[Any]]:
    """The options in the form of a panel of a kind, with these options stored and this ``data`` posted.

    They are the kind's own, and those that are set and would do nothing, or that no kind has: they are refused, and
    whoever set them has to see them to take them back.
    """
    own = options_of(kind_name)
    options = {name: option for kind in kinds.every() for name, option in kind.by_name.items()}
    stored = stored if isinstance(stored, dict) else {}
    shown = list(own.values())
    for name, option in options.items():
        not_set = None, "", False, option.default, str(option.default)
        # As it is stored, or as a browser sends it.
        values = stored.get(name), data.get(PREFIX + name)
        if name not in own and not option.describes_data and any(value not in not_set for value in values):
            shown.append(option)
    return shown + [Option(name, None, forms.CharField, name) for name in stored if name not in options]


class PanelForm(forms.ModelForm):  # type: ignore[type-arg]
    """A panel with the options of its kind. Stored options that the form does not have stay as they are."""

    class Meta:
        model = Panel
        fields = ("board", "title", "kind", "width", "height", "position", "editable", "repeat")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = self.instance.options if isinstance(self.instance.options, dict) else {}
        self.options = self.shown(self["kind"].value() if "kind" in self.fields else self.instance.kind)
        for option in self.options:
            field = self.fields[PREFIX + option.name] = deepcopy(option.field)
            field.initial = self.stored.get(option.name, option.default)
        if "kind" in self.fields and self.instance.kind not in kinds.registry:
            # A browser would choose the first kind instead, and saving would change the panel.
            self.fields["kind"].widget.choices = [(self.instance.kind, self.instance.kind), *kinds.choices()]

    def shown(self, kind_name: str) -> list[Option[Any]]:
        """The options in this form."""
        return options_shown(kind_name, self.stored, self.data)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        options = dict(self.stored)
        for option in self.options:
            name = PREFIX + option.name
            # The form that was sent may be one of another kind, which did not have this.
            if not self.fields[name].widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name)):
                options[option.name] = cleaned.get(name)
            if options.get(option.name) in (None, "", option.default):
                options.pop(option.name, None)
        self.instance.options = options
        return cleaned

    def add_error(self, field: str | None, error: Any) -> None:
        """Add errors. Those of a field that this form does not have stand above it: nowhere else is there room."""
        if field is None and hasattr(error, "error_dict"):
            for name, errors in error.error_dict.items():
                super().add_error(name if name in self.fields else None, errors)
        else:
            super().add_error(field, error)
