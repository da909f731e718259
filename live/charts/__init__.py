"""Charts for pages that change every second: values in, HTML out, drawn on the server, without JavaScript.

Each kind is a function that returns a `Chart`: in a template its HTML, `chart.svg()` a file that stands alone,
`chart.data()` the numbers. Colours come from `live/theme.css`; a page holds `gradients()` once. In Django,
`live.charts.output.figure` puts a chart into its `<figure>`.

Four rooms over three modules that all share (`values`, `path`, `marks`); each imports only those before it:
`text`, `output`, `axes`, `kinds`. Nothing here imports anything else of `live`.
"""

from .kinds.area import area
from .kinds.bar import bar
from .kinds.donut import donut
from .kinds.empty import no_data
from .kinds.gauge import gauge
from .kinds.heatmap import heatmap
from .kinds.histogram import histogram
from .kinds.line import line
from .kinds.markdown import markdown
from .kinds.sparkline import sparkline
from .kinds.stat import stat
from .kinds.states import Span
from .kinds.status import StatusItem, status
from .kinds.table import table
from .kinds.timeline import timeline
from .output.chart import KINDS, Chart, Data
from .output.html import gradients
from .text.formats import compact
from .values import Series, Threshold

__all__ = [
    "KINDS",
    "Chart",
    "Data",
    "Series",
    "Span",
    "StatusItem",
    "Threshold",
    "area",
    "bar",
    "compact",
    "donut",
    "gauge",
    "gradients",
    "heatmap",
    "histogram",
    "line",
    "markdown",
    "no_data",
    "sparkline",
    "stat",
    "status",
    "table",
    "timeline",
]
