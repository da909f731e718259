"""The form in which a board declares its variables: a row for each."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import get_default_renderer
from django.utils.translation import gettext_lazy as _

from boards.models import Board
from boards.variables.declared import MAX_NAME_LENGTH, MAX_VARIABLES, check_variables, variables_of
from series.samples import MAX_LABEL_LENGTH


class VariableForm(forms.Form):
    """One variable; without a name there is none. The errors are those of ``check_variables``."""

    name = forms.CharField(label=_("Tag"), max_length=MAX_NAME_LENGTH, required=False)
    default = forms.CharField(label=_("Shown at first"), max_length=MAX_LABEL_LENGTH, required=False, strip=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if stored := self.stored():
            try:
                check_variables([stored])
            except ValidationError as error:
                self.add_error("name", error)
        elif cleaned.get("default"):
            self.add_error("name", _("Of which tag?"))
        return cleaned

    def stored(self) -> dict[str, str]:
        """As the board stores it; empty without a name."""
        name, default = (self.cleaned_data.get(field, "") for field in ("name", "default"))
        return {"name": name} | ({"default": default} if default else {}) if name else {}


class VariablesForm(forms.BaseFormSet):  # type: ignore[type-arg]
    """All variables of a board, in order, with two rows more than there are."""

    form = VariableForm
    extra, min_num, max_num, absolute_max = 2, 0, MAX_VARIABLES, 100
    can_order = can_delete = validate_min = False
    validate_max, renderer = True, get_default_renderer()

    def __init__(self, board: Board, data: Any = None) -> None:
        initial = [one._asdict() for one in variables_of(board.variables)]
        super().__init__(data, initial=initial, prefix="variables", form_kwargs={"label_suffix": ""})

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        # A row is what it says, also where that is what is stored.
        form.empty_permitted = False
        return form

    def clean(self) -> None:
        if not any(self.errors):
            check_variables(self.stored())

    def stored(self) -> list[dict[str, str]]:
        """As the board stores them."""
        return [stored for form in self.forms if (stored := form.stored())]
