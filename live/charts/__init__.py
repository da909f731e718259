"""Charts as HTML: values in, a chart out. Pure functions, drawn on the server, themed by `live/theme.css`.

Each kind is a function that returns a `Chart`: in a template its HTML, `chart.svg()` a file that stands alone,
`chart.data()` the numbers. The page shell holds `gradients()` once.
"""

from collections.abc import Callable

from .area import area
from .bar import bar
from .chart import Chart, Data
from .donut import donut
from .empty import no_data
from .formats import compact
from .frame import gradients
from .gauge import gauge
from .heatmap import heatmap
from .histogram import histogram
from .line import line
from .markdown import markdown
from .sparkline import sparkline
from .stat import stat
from .status import StatusItem, status
from .table import table
from .timeline import Span, timeline
from .values import Series, Threshold

KINDS: dict[str, Callable[..., Chart]] = {
    "area": area,
    "bar": bar,
    "donut": donut,
    "gauge": gauge,
    "heatmap": heatmap,
    "histogram": histogram,
    "line": line,
    "sparkline": sparkline,
    "stat": stat,
    "status": status,
    "table": table,
    "text": markdown,
    "timeline": timeline,
}

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
