"""The tag that draws a chart from plain values, in any Django project.

{% load charts %}
<body>{% chart_gradients %} ... {% chart "line" series=latency start=begin step=60 unit="ms" title="Latency" %}
"""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from live import figures
from live.charts import gradients

register = template.Library()


@register.simple_tag
def chart(kind: str, /, *values: Any, **options: Any) -> SafeString:
    """A chart in its `<figure>`: `live.figures.figure` with the options of the kind's function in `live.charts`."""
    return figures.figure(kind, *values, **options)


@register.simple_tag
def chart_gradients() -> SafeString:
    """What charts share, hidden: once in the page, outside every fragment, because ids must not repeat."""
    return gradients()
