"""The board at the top of the page: the kinds beside each other, as on a wall."""

from boards import kinds
from gallery.examples import Example

_LATENCY = 'series=latency start=begin step=300 zone=berlin unit="ms"'
_STAT = [
    ("requests", 'value=1280000 title="Requests" previous=1138790 good="up" trend=requests'),
    ("error-rate", 'value=1.72 unit="%" title="Error rate" previous=1.87 good="down" trend=error_rate'),
    ("users", 'value=4812 title="Active users" previous=4631 good="up" trend=active'),
    ("apdex", 'value=0.94 title="Apdex" previous=0.951 good="up" trend=apdex'),
]
_CHARTS = [
    (
        "latency",
        8,
        f'{{% chart "line" {_LATENCY} thresholds=slow title="Latency" caption="ms · last 25 h" %}}',
    ),
    ("orders", 4, '{% chart "line" series=orders categories=week title="Orders per day" caption="this week" %}'),
    ("grouped", 4, '{% chart "bar" series=accounts categories=regions title="Accounts by region" %}'),
    (
        "stacked",
        4,
        '{% chart "bar" series=accounts categories=regions stacked=True title="Accounts by region" '
        'caption="stacked" %}',
    ),
    ("sign-ins", 4, '{% chart "heatmap" values=sign_ins rows=week columns=hours title="Sign-ins" caption="by hour" %}'),
    (
        "services",
        8,
        '{% chart "timeline" rows=services start=begin end=end zone=berlin title="Service state" '
        'caption="last 25 h" %}',
    ),
    ("cpu", 4, '{% chart "gauge" value=72 unit="%" thresholds=cpu_limits title="CPU" %}'),
    (
        "traffic",
        8,
        '{% chart "area" series=load stacked=True start=begin step=900 zone=berlin unit="req/s" title="Traffic" '
        'caption="req/s" %}',
    ),
    ("plans", 4, '{% chart "donut" slices=plans title="Plan mix" %}'),
]

_BOARD = (
    *[Example(f"board-{name}", name, "", f'{{% chart "stat" {call} %}}', 3) for name, call in _STAT],
    *[Example(f"board-{name}", name, "", call, width) for name, width, call in _CHARTS],
)


def board() -> list[Example]:
    """The board, with what panel kinds without a section of their own bring as an example."""
    others = [
        Example(f"board-{kind.name}", str(kind.label), "", kind.example) for kind in kinds.every() if kind.example
    ]
    return [*_BOARD, *others]
