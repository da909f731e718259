"""Words: Markdown in a tile, without any series."""

from django import forms
from django.utils.translation import gettext_lazy as _

from boards.data.sources import Source
from boards.kinds import Group, Kind
from boards.options import LONG_TEXT, Option, Problems, Values
from live import charts

HELP = _("Markdown, with headings, lists, tables and links; HTML in it is shown as it is.")
TEXT = Option(
    *("text", "", forms.CharField, _("Text"), HELP),
    is_common=True,
    strip=False,
    max_length=20_000,
    widget=LONG_TEXT,
)


class Text(Kind):
    name, label, group = "text", _("text"), Group.TEXT
    symbol = "M5 6h14M5 10h14M5 14h9M5 18h12"
    options = (TEXT,)
    has_series = False

    def problems(self, values: Values) -> Problems:
        if values[TEXT].strip():
            return super().problems(values)
        return {TEXT.name: _("A text panel needs its text. It is written on the panel's own page of the admin.")}

    def chart(self, source: Source) -> charts.Chart:
        return charts.markdown(source[TEXT], title=source.title)
