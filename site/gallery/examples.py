"""An example: a piece of a template, which is run and shown.

So what is shown is what was run. The call in Python is written from the same piece, and so is the picture.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass, replace
from datetime import datetime, tzinfo
from functools import cached_property
from inspect import signature
from typing import Any, NamedTuple

from django.template import Context, Engine, Template
from django.template.library import SimpleNode
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe

from gallery import data
from live.charts import Chart
from live.charts.output.figure import make


class Size(NamedTuple):
    """Of a picture, in pixels."""

    width: int
    height: int


# What belongs to the figure around a chart.
FIGURE_OPTIONS = ("caption", "state", "note", "id")
THUMBNAIL = Size(240, 150)
MAX_LINE_CHARACTERS = 88  # characters of a line of code
MAX_ITEMS = 3  # values of a list that a reader needs to see to know what it holds
MAX_POSITIONAL = 4  # arguments of a call that stand without their names
MAX_TEXT_CHARACTERS = 60  # characters of a text


@dataclass(frozen=True)
class Example:
    """One chart, or a few: `call` is a piece of a template over the names in `gallery.data`.

    `width` is in twelfths of the page. One that has the whole width shows its call in Python, too.
    """

    slug: str
    heading: str
    words: str
    call: str
    width: int = 4

    @property
    def python(self) -> bool:
        """Whether there is room for the call in Python beside that in a template."""
        return self.width == 12

    @cached_property
    def template(self) -> Template:
        """The piece, parsed."""
        return Engine.get_default().from_string("{% load charts %}" + self.call)

    @cached_property
    def html(self) -> SafeString:
        """What the piece renders to, in English and in UTC for every reader."""
        with translation.override("en"), timezone.override(None):
            return mark_safe(self.template.render(Context(data.context())))

    @cached_property
    def picture(self) -> str:
        """The first chart of the piece as an SVG file, "" if there is none."""
        return self.drawn(lambda chart, title, caption, note: chart.svg(title=title, caption=caption, note=note))

    @cached_property
    def thumbnail(self) -> str:
        """The same, small and without any words around it; it stands for its kind, and not for how things are."""

        def small(chart: Chart, *_words: str) -> str:
            return replace(chart, level="").svg(width=THUMBNAIL.width, height=THUMBNAIL.height)

        return self.drawn(small)

    def drawn(self, draw: Callable[[Chart, str, str, str], str]) -> str:
        """What ``draw`` makes of the first chart, its title, its caption and its note; "" if there is none."""
        for node in self.calls():
            values, options = self.resolved(node)
            with translation.override("en"), timezone.override(None):
                words = {name: str(options.pop(name, "")) for name in FIGURE_OPTIONS}
                chart: Chart = make(*values, **options)
            return draw(chart, str(options.get("title", "")), words["caption"], words["note"])
        return ""

    @property
    def code(self) -> str:
        """The first call in Python, under the shape of its data."""
        node = next(self.calls())
        tokens = [argument.token for argument in (*node.args, *node.kwargs.values())]
        names = dict.fromkeys(argument for argument in tokens if argument in data.context())
        shapes = [f"{name} = {shape(data.context()[name])}" for name in names]
        return "\n".join([*shapes, "", self.python_call]).lstrip()

    @property
    def python_call(self) -> str:
        """The first call alone; it runs with the names of `gallery.data`."""
        node = next(self.calls())
        arguments = [argument.token for argument in node.args]
        return broken(
            "figure(", arguments + [f"{name}={argument.token}" for name, argument in node.kwargs.items()], ")"
        )

    def calls(self) -> Iterator[SimpleNode]:
        """The tags in the piece that draw a chart."""
        for node in self.template.nodelist.get_nodes_by_type(SimpleNode):
            if isinstance(node, SimpleNode) and node.func.__name__ == "chart":
                yield node

    def resolved(self, node: SimpleNode) -> tuple[list[Any], dict[str, Any]]:
        """The arguments of a tag."""
        return node.get_resolved_arguments(Context(data.context()))


@dataclass(frozen=True)
class Section:
    """Examples that belong together, under a heading with some words."""

    slug: str
    heading: str
    words: str
    examples: tuple[Example, ...]


def broken(head: str, parts: list[str], tail: str) -> str:
    """Return a call in one line, or in as few as it needs."""
    line = head + ", ".join(parts) + tail
    if len(line) <= MAX_LINE_CHARACTERS:
        return line
    lines, at = [], ""
    for part in parts:
        if at and len(at) + len(part) + 2 > MAX_LINE_CHARACTERS - 4:
            lines.append(at)
            at = ""
        at += (" " if at else "") + part + ","
    return "\n".join([head, *[f"    {line}" for line in [*lines, at]], tail])


def shape(value: Any, few: int = MAX_ITEMS) -> str:
    """Return a value as Python, cut where it only goes on; deeper inside, sooner."""
    deeper = max(few - 1, 1)
    if isinstance(value, Mapping):
        shown = len(value) if len(value) <= few + 1 else few
        inside = [f"{quoted(key)}: {shape(item, deeper)}" for key, item in list(value.items())[:shown]]
        return "{" + ", ".join(inside + ["..."] * (len(value) > shown)) + "}"
    if is_dataclass(value) or hasattr(value, "_fields"):
        return _made(value, deeper)
    if isinstance(value, list | tuple):
        flat = not any(isinstance(item, list | tuple | Mapping) or is_dataclass(item) for item in value)
        kept_items = value if flat and len(value) <= 2 * few + 1 else value[:few]
        words = ", ".join([shape(item, deeper) for item in kept_items] + ["..."] * (len(value) > len(kept_items)))
        return f"[{words}]" if isinstance(value, list) else f"({words})"
    if isinstance(value, datetime):
        return f"datetime({value.year}, {value.month}, {value.day}, {value.hour}, tzinfo={shape(value.tzinfo)})"
    if isinstance(value, tzinfo):
        return f'ZoneInfo("{value}")'
    if isinstance(value, str):
        return quoted(value if len(value) <= MAX_TEXT_CHARACTERS else value[:MAX_TEXT_CHARACTERS] + "...")
    return repr(int(value)) if isinstance(value, float) and value.is_integer() else repr(value)


def _made(value: Any, few: int) -> str:
    """Return the call of a class that makes an object like `value`, without what is as it is by default."""
    usual = {name: parameter.default for name, parameter in signature(type(value)).parameters.items()}
    changed = [(name, item) for name, default in usual.items() if (item := getattr(value, name)) != default]
    parts = []
    for index, (name, item) in enumerate(changed):
        plain = index < MAX_POSITIONAL and list(usual)[index] == name
        parts.append(shape(item, few) if plain else f"{name}={shape(item, few)}")
    return f"{type(value).__name__}({', '.join(parts)})"


def quoted(words: object) -> str:
    """Return a string as Python, in double quotes."""
    return json.dumps(str(words), ensure_ascii=False)
