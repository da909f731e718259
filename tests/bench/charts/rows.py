"""The rows of the table: what is drawn by us, what it may cost, and which row of the others it is beside.

The first six are those of the table of costs that the drawing was planned with: a prototype's measures, and a goal. The
others have none. `given` makes what a chart is made from; only the call that draws it is measured.
"""

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Any, NamedTuple

from live import charts
from live.charts import Threshold
from live.charts.output.figure import figure

from . import data
from .measure import Way


class Bounds(NamedTuple):
    """CPU in µs, bytes, and bytes of the next frame; None where nothing is said."""

    cpu: float | None
    raw: int | None
    following: int | None = None


class Row(NamedTuple):
    """A row: `rival` is its key in `rivals`, `frames` how many of it a round draws.

    `asked` is how many columns a tooltip was asked for: it may have fewer, so that they stay where they are.
    """

    name: str
    way: Way
    prototype: Bounds | None = None
    goal: Bounds | None = None
    rival: str = ""
    frames: int = 120
    asked: int = 0


def _latency(at: int, **options: Any) -> dict[str, Any]:
    start = data.START + at * data.STEP
    series = data.windows(data.LATENCY, at)
    return {"series": series, "start": start, "step": data.STEP, "title": "Latency", "unit": "ms", **options}


def _traffic(at: int, **options: Any) -> dict[str, Any]:
    start, series = data.START + at * data.STEP, data.windows(data.TRAFFIC, at, 100)
    return {"series": series, "start": start, "step": data.STEP, "title": "Traffic", "stacked": True, **options}


def _orders(at: int, *, numbers: Callable[[int], list[float]] = data.orders) -> dict[str, Any]:
    return {"series": {"": numbers(at)}, "categories": data.DAYS, "title": "Orders per day"}


def _accounts(at: int, *, stacked: bool = False) -> dict[str, Any]:
    series = data.accounts(at)
    return {"series": series, "categories": data.REGIONS, "stacked": stacked, "title": "Accounts by region"}


def _sign_ins(at: int) -> dict[str, Any]:
    return {"values": data.sign_ins(at), "rows": data.DAYS, "columns": data.HOURS, "title": "Sign-ins"}


def _states(at: int) -> dict[str, Any]:
    start, end, found = data.states(at)
    rows = {
        name: [charts.Span(each.start, each.end, each.level, data.WORDS[each.level]) for each in spans]
        for name, spans in found.items()
    }
    return {"rows": rows, "start": start, "end": end, "title": "Service state"}


def _busy(at: int) -> dict[str, Any]:
    return {
        "value": data.busy(at),
        "unit": "%",
        "thresholds": [Threshold(75, "warn"), Threshold(90, "bad")],
        "title": "CPU",
    }


def _plans(at: int) -> dict[str, Any]:
    return {"slices": data.plans(at), "title": "Plan mix"}


def _stat(at: int, *, title: str = "Requests", mean: float = 4812, unit: str = "", good: str = "up") -> dict[str, Any]:
    trend = data.trend(title, mean, at)
    return {"value": trend[-1], "previous": trend[0], "trend": trend, "unit": unit, "good": good, "title": title}


Panel = tuple[str, str, Callable[[int], dict[str, Any]]]  # its kind, its caption, and its data
PANELS: tuple[Panel, ...] = (
    ("stat", "", _stat),
    ("stat", "", partial(_stat, title="Response", mean=172, unit="ms", good="down")),
    ("stat", "", partial(_stat, title="Active users", mean=930)),
    ("stat", "", partial(_stat, title="Disk", mean=61, unit="%", good="down")),
    ("line", "ms · last 25 h", partial(_latency, thresholds=[Threshold(500, "bad")])),
    ("line", "this week", _orders),
    ("bar", "", _accounts),
    ("bar", "stacked", partial(_accounts, stacked=True)),
    ("heatmap", "by hour", _sign_ins),
    ("timeline", "last 25 h", _states),
    ("gauge", "", _busy),
    ("area", "req/s", _traffic),
    ("donut", "", _plans),
)


def _page(at: int) -> list[tuple[str, str, dict[str, Any]]]:
    return [(kind, caption, given(at)) for kind, caption, given in PANELS]


def _drawn(kind: str) -> Callable[[dict[str, Any]], str]:
    """Return what writes a chart of `kind` alone: the pure function, without the frame around it."""

    def draw(given: dict[str, Any]) -> str:
        return charts.KINDS[kind](**given).html()

    return draw


def _framed(kind: str, caption: str = "") -> Callable[[dict[str, Any]], str]:
    """Return what writes a whole figure, by the Django template."""

    def draw(given: dict[str, Any]) -> str:
        return figure(kind, caption=caption, **given)

    return draw


def _draw_page(panels: list[tuple[str, str, dict[str, Any]]]) -> str:
    return "".join([figure(kind, caption=caption, **given) for kind, caption, given in panels])


def _file(given: dict[str, Any]) -> str:
    return charts.line(**given).svg(title="Latency", caption="ms")


def rows() -> list[Row]:
    """Return all rows."""
    found = [
        Row(
            "300 points x 3, no tooltip",
            Way(partial(_latency, columns=0), _drawn("line")),
            Bounds(330, 4900, 175),
            Bounds(200, 4500, 150),
            "line",
        ),
        Row(
            "  with 60 tooltip columns",
            Way(partial(_latency, columns=60), _drawn("line")),
            Bounds(540, 8600, 770),
            Bounds(400, 7500, 250),
            "line",
            asked=60,
        ),
        Row(
            "7 categories, Django frame",
            Way(_orders, _framed("line", "this week")),
            Bounds(65, 1700),
            Bounds(50, 1500),
            "names",
        ),
        Row("heat map 7 x 24, hover", Way(_sign_ins, _drawn("heatmap")), Bounds(66, 4800), Bounds(50, 4000), "heat"),
        Row("a page of 13 panels", Way(_page, _draw_page), Bounds(2900, 45_000), Bounds(1500, 30_000), frames=25),
        Row(
            "7 categories, all others", Way(partial(_orders, numbers=data.other_orders), _framed("line")), rival="names"
        ),
        Row("bars 4 x 3", Way(_accounts, _framed("bar")), rival="bar"),
        Row("bars 4 x 3, stacked", Way(partial(_accounts, stacked=True), _framed("bar")), rival="stack"),
        Row("area 100 x 3, stacked", Way(_traffic, _framed("area")), rival="area"),
        Row("state timeline 4 x 40", Way(_states, _framed("timeline")), rival="timeline", frames=60),
        Row("gauge", Way(_busy, _framed("gauge")), rival="gauge"),
        Row("donut of 4", Way(_plans, _framed("donut")), rival="donut"),
        Row("stat with 40 points", Way(_stat, _framed("stat"))),
        Row("300 x 3 as an SVG file", Way(_latency, _file), rival="line", frames=25),
    ]
    if find_spec("resvg_py"):
        from resvg_py import svg_to_bytes

        def picture(given: dict[str, Any]) -> bytes:
            return bytes(svg_to_bytes(svg_string=_file(given)))

        found.append(Row("300 x 3 as a PNG file", Way(_latency, picture), frames=3))
    return found
