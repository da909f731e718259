"""The form of what a panel shows: a series, or the parts of a query, each in a field of its own."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boards.models import PanelSeries
from series.queries import COMBINATIONS, Query, QueryError, read
from series.selectors import selector_of
from series.storage.reducers import Reducer

NONE = [("", "---------")]
# The fields of a query, as the form orders them.
PARTS = ("selector", "function", "combine", "by", "divided_by", "factor", "offset")


class PanelSeriesForm(forms.ModelForm):  # type: ignore[type-arg]
    """A series, or a selector and what is made of the series that it means. A function and all that follows is also
    for one series: its selector is what the series is called, and so means those that have more tags, too.
    """

    selector = forms.CharField(
        label=gettext_lazy("Selector"),
        required=False,
        help_text=gettext_lazy('All series that it means: cpu{host=*}, http.requests{code=~"5.."}, disk.*'),
    )
    function = forms.ChoiceField(
        label=gettext_lazy("Function"), required=False, choices=[*NONE, *((name.value, name.value) for name in Reducer)]
    )
    combine = forms.ChoiceField(
        label=gettext_lazy("Combine"), required=False, choices=[*NONE, *((name, name) for name in COMBINATIONS)]
    )
    by = forms.CharField(
        label=gettext_lazy("By tags"),
        required=False,
        help_text=gettext_lazy("host, zone: one line for each. If empty all are one."),
    )
    divided_by = forms.CharField(
        label=gettext_lazy("Divided by"),
        required=False,
        help_text=gettext_lazy("A selector, of which the same is made; or another query as JSON."),
    )
    factor = forms.FloatField(label=gettext_lazy("Times"), required=False)
    offset = forms.FloatField(label=gettext_lazy("Plus"), required=False)

    class Meta:
        model = PanelSeries
        fields = ("series", "label", "category", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        try:
            query = read(self.instance.query) if self.instance.query is not None else None
        except QueryError:
            query = None  # saving it says what is wrong
        if query is not None:
            initial = {name: getattr(query, name) for name in PARTS}
            initial |= {"by": ", ".join(query.by), "divided_by": _divisor(query)}
            defaults = {"factor": 1.0, "offset": 0.0}
            self.initial.update((name, value) for name, value in initial.items() if value != defaults.get(name))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(cleaned.get(name) not in (None, "") for name in PARTS):
            self.instance.query = None
            return cleaned
        if self.errors:
            return cleaned
        if cleaned.get("series") and cleaned["selector"]:
            raise ValidationError(_("Choose a series, or say by a selector which ones."))
        if cleaned.get("series"):
            series, cleaned["series"] = cleaned["series"], None
            cleaned["selector"] = selector_of(series.name, series.tags)
        try:
            self.instance.query = _query(cleaned).json()
        except QueryError as error:
            name = error.field.split(".")[0]
            self.add_error(name if name in PARTS else None, str(error))
        return cleaned


def _query(cleaned: dict[str, Any]) -> Query:
    """What the fields say. Raises ``QueryError``."""
    data: dict[str, Any] = {name: cleaned[name] for name in ("selector", "function", "combine")}
    data["by"] = [tag.strip() for tag in cleaned["by"].split(",") if tag.strip()]
    data |= {name: cleaned[name] for name in ("factor", "offset") if cleaned[name] is not None}
    if divided_by := cleaned["divided_by"]:
        if divided_by.startswith("{"):
            try:
                data["divided_by"] = json.loads(divided_by)
            except (ValueError, RecursionError) as error:
                raise QueryError("divided_by", _("This is no JSON: %s") % error) from error
        else:
            data["divided_by"] = {name: data[name] for name in ("function", "combine", "by")} | {"selector": divided_by}
    return read(data)


def _divisor(query: Query) -> str:
    """What a query is divided by, as the form shows it: a selector where the rest is the same."""
    if query.divided_by is None:
        return ""
    alike = Query(query.divided_by.selector, query.function, query.combine, query.by)
    return alike.selector if query.divided_by == alike else json.dumps(query.divided_by.json(), ensure_ascii=False)
