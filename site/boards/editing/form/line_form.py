"""One line of the form of a panel: a series or a selector in one field, and what is made of it."""

from collections.abc import Mapping
from typing import Any

from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _

from boards.editing.form.query_form import PanelSeriesForm
from boards.editing.form.series_picker import hint
from boards.editing.words import text_of_series
from boards.models import PanelSeries
from series.models import Series
from series.queries import QueryError, read
from series.samples import identity_of
from series.selectors import SelectorError, parse

# Of all fields of the form of a panel, beside its board.
AUTO_ID = "panel_%s"
# The field whose values are the lines' names, in order; and what the names of a line's own fields begin with.
LINE = "line"


def series_named(text: str) -> Series | None:
    """The series that a selector names exactly; None if it is one that may mean others."""
    try:
        selector = parse(text)
    except SelectorError:
        return None
    if selector.is_prefix or any(one.operator != "=" for one in selector.matchers):
        return None
    identity = identity_of(selector.name, {one.tag: one.text for one in selector.matchers})
    return Series.objects.select_related("latest").filter(identity=identity).first()


def _is_plain(line: PanelSeries) -> bool:
    """Whether it is a query that makes nothing of the series that it means."""
    try:
        return line.query is not None and read(line.query).is_plain
    except QueryError:
        return False


class LineForm(PanelSeriesForm):
    """One line: a series or a selector in one field, and what is made of it."""

    def __init__(self, name: str, line: PanelSeries, data: Mapping[str, Any] | None = None) -> None:
        self.name = name
        super().__init__(data, instance=line, prefix=f"{LINE}-{name}", auto_id=AUTO_ID, label_suffix="")
        for column in ("series", "position"):
            del self.fields[column]
        self.initial.setdefault("selector", text_of_series(line))
        self.plain_query = text_of_series(line).strip() if _is_plain(line) else ""
        selector, function = self.fields["selector"], self.fields["function"]
        selector.label, selector.required, selector.help_text = _("Series"), True, ""
        selector.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        selector.widget.attrs["aria-describedby"] = f"panel_{name}_hint"
        function.label = _("Show")
        function.choices = [("", _("as it is")), *function.choices[1:]]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A selector that names one series is that series, as long as nothing is made of it. One that is stored as a
        query stays one, which may mean more series later."""
        self.instance.series = None
        selector = self.cleaned_data.get("selector") or ""
        if selector != self.plain_query and (series := series_named(selector)):
            self.cleaned_data |= {"series": series, "selector": ""}
        cleaned = super().clean()
        cleaned.setdefault("series", None)
        return cleaned

    def add_error(self, field: str | None, error: Any) -> None:
        """Add errors. What a line has in no field of the form is about its series."""
        if field is None:
            names = getattr(error, "error_dict", {"": error})
            for name, errors in names.items():
                if name in self.fields or "selector" not in self.errors:
                    super().add_error(name if name in self.fields else "selector", errors)
        else:
            super().add_error(field, error)

    def hint(self) -> tuple[str, str]:
        """How many series it means now, and their newest values."""
        return ("", "") if self.errors else hint(self.instance, timezone.now())

    def rest(self) -> list[BoundField]:
        """The fields that few people need."""
        return [self[name] for name in ("category", "combine", "by", "divided_by", "factor", "offset")]

    def has_rest(self) -> bool:
        """Whether one of those is set."""
        return any(field.value() or field.errors for field in self.rest())
