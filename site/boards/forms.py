"""The form that sets a panel's values by hand."""

import random
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from boards.models import Panel
from live.charts.text.formats import exact
from series.samples import Sample
from series.storage.query import latest
from series.storage.write import write

RANDOM_VALUES = range(13)


class ValuesForm(forms.Form):
    """One number for each series of an editable panel; saving writes a point to each, in one transaction.

    ``random`` among the data is as if somebody had typed random values.
    """

    def __init__(self, panel: Panel, data: Mapping[str, Any] | None = None) -> None:
        self.panel = panel
        lines = panel.lines.select_related("series")
        self.lines = {line: line.series for line in lines if line.series is not None}
        prefix = f"panel{panel.pk}"
        self.drawn = data is not None and "random" in data
        if self.drawn:
            data = {f"{prefix}-{line.pk}": random.choice(RANDOM_VALUES) for line in self.lines}
        super().__init__(data, prefix=prefix, label_suffix="")
        newest = latest([series.pk for series in self.lines.values()])
        for line, series in self.lines.items():
            point = newest.get(series.pk)
            self.fields[str(line.pk)] = forms.FloatField(
                label=str(line),
                min_value=-1e15,
                max_value=1e15,
                initial=f"{point[1]:.15g}" if point else None,
                # With it, a value that somebody else has set meanwhile is not set back by whoever did not touch it.
                show_hidden_initial=True,
                widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal", "autocomplete": "off"}),
            )

    def save(self, who: str) -> str:
        """Write the values that were changed. What ``who`` did, in words; empty if nothing was changed."""
        now = timezone.now()
        changed = [line for line in self.lines if str(line.pk) in self.changed_data]
        if not changed:
            return ""
        values = {line: self.cleaned_data[str(line.pk)] for line in changed}
        write(
            Sample(self.lines[line].name, self.lines[line].tags, now, value, has_own_time=False)
            for line, value in values.items()
        )
        locale = translation.get_language() or "en"
        listed = ", ".join(f"{line} {exact(value, locale=locale)}" for line, value in values.items())
        drew = _("%(who)s drew a random %(panel)s: %(values)s")
        words = drew if self.drawn else _("%(who)s set %(panel)s: %(values)s")
        return words % {"who": who, "panel": self.panel.title, "values": listed}
