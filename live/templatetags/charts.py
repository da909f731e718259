"""The tag that draws a chart from plain values, in any Django project.

{% load charts %}
<body>{% chart_gradients %} ... {% chart "line" series=latency start=begin step=60 unit="ms" title="Latency" %}
"""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from live.charts import gradients
from live.charts.output.figure import figure

register = template.Library()


@register.simple_tag
def chart(kind: str, /, *values: Any, **options: Any) -> SafeString:
    """A chart in its `<figure>`, with the options of the function of its kind in `live.charts`."""
    return figure(kind, *values, **options)


@register.simple_tag
def chart_gradients() -> SafeString:
    """What charts share, hidden: once in the page, outside every fragment, because ids must not repeat."""
    return gradients()
