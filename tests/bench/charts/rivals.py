"""The same data by pygal and by matplotlib, each in its usual way, to SVG in memory. Neither has a tooltip here.

pygal with its own style and without its script; matplotlib with a new figure for each picture, without pyplot. What
one of them cannot draw (a heat map, a state timeline) is left out; a gauge is nothing that matplotlib has.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pygal
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure

from .data import HOURS, STEP, WORDS

Draw = Callable[[Any], str | bytes]
WIDTH, HEIGHT = 720, 360
LABELS = 36  # buckets from one label to the next
SETTINGS: dict[str, Any] = {"js": (), "width": WIDTH, "height": HEIGHT, "disable_xml_declaration": True}


def _times(given: Mapping[str, Any]) -> list[datetime]:
    count = len(next(iter(given["series"].values())))
    return [datetime.fromtimestamp(given["start"] + index * STEP, UTC) for index in range(count)]


def _pygal_time(kind: type, **options: Any) -> Draw:
    def draw(given: Mapping[str, Any]) -> str:
        chart = kind(
            title=given["title"],
            show_dots=False,
            show_minor_x_labels=False,
            x_labels_major_every=LABELS,
            **options,
            **SETTINGS,
        )
        chart.x_labels = [f"{at:%H:%M}" for at in _times(given)]
        for name, values in given["series"].items():
            chart.add(name, values)
        return str(chart.render(is_unicode=True))

    return draw


def _pygal_categories(kind: type, **options: Any) -> Draw:
    def draw(given: Mapping[str, Any]) -> str:
        chart = kind(title=given["title"], **options, **SETTINGS)
        chart.x_labels = given["categories"]
        for name, values in given["series"].items():
            chart.add(name, values)
        return str(chart.render(is_unicode=True))

    return draw


def _pygal_gauge(given: Mapping[str, Any]) -> str:
    chart = pygal.SolidGauge(title=given["title"], half_pie=True, inner_radius=0.7, **SETTINGS)
    chart.add("", [{"value": given["value"], "max_value": 100}])
    return str(chart.render(is_unicode=True))


def _pygal_donut(given: Mapping[str, Any]) -> str:
    chart = pygal.Pie(title=given["title"], inner_radius=0.6, **SETTINGS)
    for name, value in given["slices"].items():
        chart.add(name, value)
    return str(chart.render(is_unicode=True))


def _figure(paint: Callable[[Axes, Mapping[str, Any]], object]) -> Draw:
    def draw(given: Mapping[str, Any]) -> bytes:
        figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100)
        axes = figure.subplots()
        paint(axes, given)
        axes.set_title(given["title"])
        file = BytesIO()
        # Text as text, like the others; as outlines, its default, files are larger by a half.
        with rc_context({"svg.fonttype": "none"}):
            figure.savefig(file, format="svg")
        return file.getvalue()

    return draw


def _dated(axes: Axes) -> None:
    places = AutoDateLocator()
    axes.xaxis.set_major_locator(places)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(places))
    axes.grid(axis="y")


def _lines(axes: Axes, given: Mapping[str, Any]) -> None:
    times = date2num(_times(given))
    for name, values in given["series"].items():
        axes.plot(times, values, label=name)
    _dated(axes)
    axes.legend()


def _layers(axes: Axes, given: Mapping[str, Any]) -> None:
    series = given["series"]
    axes.stackplot(date2num(_times(given)), *series.values(), labels=list(series))
    _dated(axes)
    axes.legend()


def _names(axes: Axes, given: Mapping[str, Any]) -> None:
    for values in given["series"].values():
        axes.plot(given["categories"], values, marker="o")
    axes.grid(axis="y")


def _bars(axes: Axes, given: Mapping[str, Any]) -> None:
    series: Mapping[str, Sequence[float]] = given["series"]
    places = range(len(given["categories"]))
    below = [0.0 for _ in places]
    for index, (name, values) in enumerate(series.items()):
        if given.get("stacked"):
            axes.bar(places, values, 0.66, bottom=below, label=name)
            below = [a + b for a, b in zip(below, values, strict=True)]
        else:
            axes.bar([place + (index - 1) * 0.22 for place in places], values, 0.2, label=name)
    axes.set_xticks(list(places), given["categories"])
    axes.legend()


def _cells(axes: Axes, given: Mapping[str, Any]) -> None:
    axes.pcolormesh(given["values"], edgecolors="white")
    axes.set_yticks([row + 0.5 for row in range(len(given["rows"]))], given["rows"])
    axes.set_xticks([hour + 0.5 for hour in range(0, len(HOURS), 3)], HOURS[::3])
    axes.invert_yaxis()


def _ring(axes: Axes, given: Mapping[str, Any]) -> None:
    slices = given["slices"]
    axes.pie(list(slices.values()), labels=list(slices), wedgeprops={"width": 0.4})


def _spans(axes: Axes, given: Mapping[str, Any]) -> None:
    colours = dict(zip(WORDS, ("tab:green", "tab:orange", "tab:red", "lightgrey"), strict=True))
    for row, (_, spans) in enumerate(given["rows"].items()):
        bars = [(date2num(datetime.fromtimestamp(s.start, UTC)), (s.end - s.start) / 86400) for s in spans]
        axes.broken_barh(bars, (row - 0.35, 0.7), facecolors=[colours[s.level] for s in spans])
    axes.set_yticks(range(len(given["rows"])), list(given["rows"]))
    _dated(axes)


PYGAL: dict[str, Draw] = {
    "line": _pygal_time(pygal.Line),
    "names": _pygal_categories(pygal.Line),
    "area": _pygal_time(pygal.StackedLine, fill=True),
    "bar": _pygal_categories(pygal.Bar),
    "stack": _pygal_categories(pygal.StackedBar),
    "gauge": _pygal_gauge,
    "donut": _pygal_donut,
}
MATPLOTLIB: dict[str, Draw] = {
    "line": _figure(_lines),
    "names": _figure(_names),
    "area": _figure(_layers),
    "bar": _figure(_bars),
    "stack": _figure(_bars),
    "heat": _figure(_cells),
    "timeline": _figure(_spans),
    "donut": _figure(_ring),
}
