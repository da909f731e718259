"""Words: Markdown in a tile, without any series."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boards.kinds import Group, Kind, register
from boards.options import Option, Problems, Values
from boards.sources import Source
from live import charts

MAX_CHARACTERS = 20_000
TEXT = Option(
    "text",
    "",
    forms.CharField(
        label=gettext_lazy("Text"),
        strip=False,
        max_length=MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 15, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Markdown, with headings, lists, tables and links; HTML in it is shown as it is."),
    ),
)


@register
class Text(Kind):
    name, label, group = "text", gettext_lazy("text"), Group.TEXT
    options = (TEXT,)
    has_series = False

    def problems(self, values: Values) -> Problems:
        if values[TEXT].strip():
            return super().problems(values)
        return {TEXT.name: _("A text panel needs its text. It is written on the panel's own page of the admin.")}

    def chart(self, source: Source) -> charts.Chart:
        return charts.markdown(source[TEXT], title=source.title)
