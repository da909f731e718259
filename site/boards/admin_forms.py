"""What the admin has beside the forms of ``editing.form``: a panel as a row of its board, and all series of a panel."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from boards.editing.form.panel_form import PanelForm, options_of
from boards.options import NAMES, UNIT, WINDOW, X_AXIS, Option, Values


class PanelRowForm(PanelForm):
    """A panel as a row on its board's page, with what most panels have set."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() & {"options.unit", "options.window"}:
            self.fields[name].widget.attrs["size"] = 6
        for name in self.fields.keys() & {"width", "height"}:
            # The head of the column has no room for it.
            self.fields[name].help_text = ""

    def shown(self, kind_name: str) -> list[Option[Any]]:
        return [options_of(kind_name).get(option.name, option) for option in (UNIT, WINDOW)]


def _usual_name(row: dict[str, Any]) -> str:
    """How a row without a label is called, where its query means one series: as ``shown_lines.names_of``."""
    if row.get("series"):
        return str(row["series"].identity)
    return " ".join(filter(None, (row["combine"], row["function"], row["selector"])))


class SeriesFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The series of a panel. Two that would be in the same cell are refused: one would hide the other."""

    def clean(self) -> None:
        super().clean()
        if Values({}, self.instance.options)[X_AXIS] != NAMES:
            return
        rows = [getattr(form, "cleaned_data", {}) for form in self.forms]
        shown = [row for row in rows if (row.get("series") or row.get("selector")) and not row.get("DELETE")]
        cells = [(row.get("category"), row.get("label") or _usual_name(row)) for row in shown]
        for category, label in cells:
            if category and cells.count((category, label)) > 1:
                words = _("Two series are “%(label)s” of the category “%(category)s”; one would hide the other.")
                raise ValidationError(words % {"category": category, "label": label})
