"""Charts as HTML: values in, a string out. Pure functions, drawn on the server, themed by `live/theme.css`.

Each returns what follows the `<figcaption>` of a `<figure class="chart chart-line">` (or `chart-categories`,
`chart-stat`, `chart-status`); the page shell holds `gradients()` once.
"""

from .categories import line_over_categories
from .empty import no_data
from .formats import compact
from .frame import gradients
from .line import line_over_time
from .stat import stat
from .status import StatusItem, status
from .values import Line, Threshold

__all__ = [
    "Line",
    "StatusItem",
    "Threshold",
    "compact",
    "gradients",
    "line_over_categories",
    "line_over_time",
    "no_data",
    "stat",
    "status",
]
