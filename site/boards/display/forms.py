"""The forms of the page on which display links are made."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boards.models import Board, DisplayLink
from boards.views import asked_view
from series.samples import MAX_LABEL_LENGTH

# Of a variable's field before its name.
VALUE = "value-"


class DisplayLinkForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new link. What it shows is the board's own range and zone, or others."""

    range = forms.CharField(
        label=gettext_lazy("Range"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("6 h, 7 d, today, week. If empty, what the board shows at first."),
    )
    tz = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("Such as Europe/Berlin. If empty, that of the board."),
    )

    class Meta:
        model = DisplayLink
        fields = ("name", "theme", "expires")
        widgets = {"expires": forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")}

    def __init__(self, board: Board, data: QueryDict | None = None) -> None:
        super().__init__(data, label_suffix="")
        self.board = board
        # By their fields: a variable may be called as a field of the link.
        self.variables = {f"{VALUE}{name}": name for name in board.variable_names()}
        for field, name in self.variables.items():
            self.fields[field] = forms.CharField(label=name, max_length=MAX_LABEL_LENGTH, required=False)

    def clean_expires(self) -> datetime | None:
        expires: datetime | None = self.cleaned_data["expires"]
        if expires is not None and expires <= timezone.now():
            raise ValidationError(_("That is over: the link would never work."))
        return expires

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        asked = QueryDict(mutable=True)
        parameters = {"range": "range", "tz": "tz"} | self.variables
        asked.update({name: cleaned[field] for field, name in parameters.items() if cleaned.get(field)})
        try:
            cleaned["view"] = asked_view(asked, self.board).query.removeprefix("?")
        except ValidationError as error:
            self.add_error("range" if "range" in asked and "tz" not in asked else "tz", error)
        return cleaned

    def save(self, commit: bool = True) -> DisplayLink:
        self.instance.board = self.board
        self.instance.view = self.cleaned_data["view"]
        link: DisplayLink = super().save(commit)
        return link


class OriginsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Which other sites may show the board."""

    class Meta:
        model = Board
        fields = ("embed_origins",)
        widgets = {"embed_origins": forms.Textarea({"rows": 3, "spellcheck": "false", "autocapitalize": "none"})}

    def clean_embed_origins(self) -> str:
        return "\n".join(dict.fromkeys(self.cleaned_data["embed_origins"].split()))
