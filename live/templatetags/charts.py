"""The tags that draw a chart from plain values, in any Django project.

{% load charts %}
<head>{% chart_styles %} ...
<body>{% chart_gradients %} ... {% chart "line" series=latency start=begin step=60 unit="ms" title="Latency" %}
"""

from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from live.charts import gradients
from live.charts.output.figure import figure

register = template.Library()

# In the order of the cascade: the colours and the typeface of every page, what all charts share, families of kinds.
_FAMILIES = "figure plot numbers shapes tables".split()
STYLES = ["live/theme.css", *(f"live/charts/{name}.css" for name in _FAMILIES)]


@register.simple_tag
def chart_styles() -> SafeString:
    """The style sheets of charts, for the head: as plain files or by the names that a manifest gives them."""
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', [(static(file),) for file in STYLES])


@register.simple_tag
def chart(kind: str, /, *values: Any, **options: Any) -> SafeString:
    """A chart in its `<figure>`, with the options of the function of its kind in `live.charts`."""
    return figure(kind, *values, **options)


@register.simple_tag
def chart_gradients() -> SafeString:
    """What charts share, hidden: once in the page, outside every fragment, because ids must not repeat."""
    return gradients()
