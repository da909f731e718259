"""Who may import whom, what templates may not contain, and how long a file may be: held by reading the files."""

import ast
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import pytest

from live import notices

ROOT = Path(__file__).resolve().parents[2]
MAX_LINES = 250
CHARTS = "live.charts"
DJANGO_FOR_CHARTS = {"django.utils.html", "django.utils.safestring"}

# The rooms of `live`, the lowest first: a module imports from its own room and from lower ones. What stands in one line
# stands side by side, and neither imports the other.
FLOORS: list[list[str]] = [
    [
        "live.keys",
        "live.metrics",
        "live.limited_log",
        "live.client_address",
        "live.process_name",
        "live.lazy_names",
        "live.sign_in",
        "live.moments",
        "live.rendering.strict",
        "live.charts",
        "live.workers",
    ],
    ["live.database_threads", "live.database_errors", "live.parameters"],
    ["live.api"],
    ["live.hints"],
    ["live.changes"],
    ["live.dependencies"],
    ["live.fragments", "live.feeds"],
    ["live.declaration"],
    ["live.lists"],
    ["live.rendering"],
    ["live.page"],
    ["live.hub"],
    ["live.health"],
    ["live.socket"],
    ["live.polling"],
    ["live"],
    ["live.debug"],
    [
        "live.templatetags",
        "live.jinja2",
        "live.checks",
        "live.views",
        "live.unavailable",
        "live.testing",
        "live.doctor",
        "live.middleware",
    ],
    ["live.management", "live.pytest_plugin"],
    ["live.urls", "live.apps"],
    ["live.notices", "live.logouts", "live.presence"],
    ["live.banners", "live.forms"],
    ["config.channel_layer", "config.env", "config.middleware"],
    ["accounts"],
    ["tokens"],
    ["series"],
    ["boards"],
    ["gallery", "api"],
    ["config"],
]
# Without Django, Channels or an event loop, also in what they import of ours.
PURE = [
    *(
        "live.keys",
        "live.parameters",
        "live.page.page",
        "live.page.visits",
        "live.rendering.rendered",
        "live.rendering.moves",
    ),
    *(
        f"live.hub.{name}"
        for name in ("comparison", "core", "cursors", "mailbox", "render_slots", "scheduler", "viewer", "watches")
    ),
    *("series.samples", "series.storage.newest", "series.storage.rollups", "series.ingest.line_protocol"),
]


class Import(NamedTuple):
    """One module imports another, in this line."""

    module: str
    imported: str
    line: int

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.imported}"


def imports(source: str, package: str) -> Iterator[tuple[str, str, int]]:
    """What a source imports: the module, the name that it takes from it ("" for none) and the line.

    Relative modules are named from ``package``.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "", node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: len(package.split(".")) + 1 - node.level]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            yield from ((module, alias.name, node.lineno) for alias in node.names)


def modules(root: str) -> dict[str, Path]:
    """The modules below ``live`` or ``site``, by their names; a package is its ``__init__``."""
    found = {}
    for path in sorted((ROOT / root).rglob("*.py")):
        if "migrations" not in path.parts:
            parts = path.relative_to(ROOT / "site" if root == "site" else ROOT).with_suffix("").parts
            found[".".join(parts).removesuffix(".__init__")] = path
    assert found, f"{root} holds no module"
    return found


MODULES = modules("live") | modules("site")


def all_imports() -> Iterator[Import]:
    """Every import in `live` and `site`, type-only ones and those inside functions included."""
    for name, path in MODULES.items():
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        for module, taken, line in imports(path.read_text(), package):
            whole = f"{module}.{taken}".removesuffix(".")
            # ``from a import b`` is of the module ``a.b`` where there is one, else of ``a``.
            yield Import(name, whole if whole in MODULES or module not in MODULES else module, line)


IMPORTS = list(all_imports())
OURS = [each for each in IMPORTS if each.imported in MODULES and each.imported != each.module]


def within(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def floor(module: str) -> tuple[int, str]:
    """On which floor a module is, and in which room."""
    rooms = [(number, room) for number, rooms in enumerate(FLOORS) for room in rooms if within(module, room)]
    # `live` is the package itself: what is below it has a room of its own.
    return max(rooms, key=lambda each: len(each[1]))


def circles(edges: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Nodes that lead back to themselves, as paths."""
    graph: dict[str, set[str]] = {}
    for start, end in edges:
        graph.setdefault(start, set()).add(end)
    found: list[list[str]] = []
    done: set[str] = set()

    def visit(node: str, path: list[str]) -> None:
        if node in path:
            found.append([*path[path.index(node) :], node])
        elif node not in done:
            for following in sorted(graph.get(node, ())):
                visit(following, [*path, node])
            done.add(node)

    for node in sorted(graph):
        visit(node, [])
    return found


def offences(folder: str, *forbidden: str) -> list[str]:
    """Each import, in a package of ours, of what is forbidden there."""
    return [str(each) for each in IMPORTS if within(each.module, folder) and within(each.imported, *forbidden)]


SITE = [path.name for path in sorted((ROOT / "site").iterdir()) if (path / "__init__.py").exists()]


def test_imports_are_found_wherever_they_are() -> None:
    source = """
import a.b
if TYPE_CHECKING:
    from c import d
def f():
    from . import e
    from .g import h
    from ..i import j
"""
    found = [("a.b", "", 2), ("c", "d", 4), ("p.q", "e", 6), ("p.q.g", "h", 7), ("p.i", "j", 8)]
    assert list(imports(source, "p.q")) == found
    assert within("live.charts.path", "live.charts")
    assert not within("lively", "live")


def test_circles_are_found() -> None:
    assert circles([("a", "b"), ("b", "c"), ("c", "b"), ("a", "c")]) == [["b", "c", "b"]]
    assert circles([("a", "a")]) == [["a", "a"]]
    assert circles([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]) == []


def test_the_site_is_these_packages() -> None:
    assert {"accounts", "api", "boards", "config", "gallery", "series", "tokens"} == set(SITE)


def test_no_import_leads_back_to_itself() -> None:
    assert circles((each.module, each.imported) for each in OURS) == []


def test_no_room_imports_from_a_room_above_or_beside() -> None:
    wrong = []
    for each in OURS:
        (own, own_room), (other, other_room) = floor(each.module), floor(each.imported)
        if own_room != other_room and other >= own:
            wrong.append(f"{each} ({own_room} on floor {own}, {other_room} on floor {other})")
    assert wrong == []


def test_every_module_has_a_floor() -> None:
    assert [module for module in MODULES if not any(within(module, room) for rooms in FLOORS for room in rooms)] == []


def test_the_engine_knows_nothing_of_the_site() -> None:
    assert offences("live", *SITE, "site") == []


@pytest.mark.parametrize("app", ["live.banners", "live.forms"])
def test_banners_and_forms_take_only_public_names_from_notices(app: str) -> None:
    public = {"live.notices", *(f"live.notices.{name}" for name in notices.__all__)}
    taken = [each for each in IMPORTS if within(each.module, app) and within(each.imported, "live.notices")]
    assert [str(each) for each in taken if each.imported not in public] == []


def test_charts_know_nothing_of_the_engine() -> None:
    assert [each for each in offences(CHARTS, "live") if not within(each.split()[-1], CHARTS)] == []


def test_charts_take_only_escaping_from_django_but_for_their_output() -> None:
    assert offences(CHARTS, "channels") == []
    found = [each for each in offences(CHARTS, "django") if not within(each.split()[-1], *DJANGO_FOR_CHARTS)]
    assert {each.split(":")[0] for each in found} <= {"live.charts.output.figure"}


def test_rendering_and_page_know_neither_hub_nor_socket() -> None:
    for room in ("live.rendering", "live.page"):
        assert offences(room, "live.hub", "live.socket", "channels", "asyncio") == []


@pytest.mark.parametrize("module", PURE)
def test_pure_modules_import_neither_django_nor_channels(module: str) -> None:
    """Also not by way of others of ours."""
    reached, waiting = set(), [module]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [each.imported for each in OURS if each.module == name]
    wrong = [str(each) for each in IMPORTS if each.module in reached and within(each.imported, *IMPURE)]
    assert wrong == []


IMPURE = ("django", "channels", "asyncio", "threading", "twisted", "daphne")


def test_only_the_routing_imports_consumers() -> None:
    found = offences(
        "live", "channels.consumer", "channels.generic", "channels.routing", "channels.sessions", "channels.auth"
    )
    assert {offence.split(":")[0] for offence in found} == {"live.socket.routing"}


def test_only_the_server_imports_daphne() -> None:
    found = {offence.split(":")[0] for offence in offences("live", "daphne", "twisted", "autobahn")}
    server = {"server", "http_protocol", "request", "websocket_protocol"}
    assert found == {f"live.socket.{name}" for name in server}


# Templates

# What Django replaces; a tag inside of quotes must not end them.
DJANGO = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)


class Inline(HTMLParser):
    """Finds what a strict content security policy refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(f"<{tag}>")
        self.found += [f"<{tag} {name}>" for name, _ in attrs if name == "style" or name.startswith(("on", "hx-on"))]
        self.found += [f"<{tag} {name}={value}>" for name, value in attrs if (value or "").startswith("javascript:")]


def inline(source: str) -> list[str]:
    parser = Inline()
    parser.feed(DJANGO.sub("", source))
    parser.close()
    return parser.found


def templates() -> Iterator[Path]:
    for folder in ("templates", "live", "site"):
        yield from sorted((ROOT / folder).rglob("*.html"))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('<p style="a">', ["<p style>"]),
        ('<p {% if a %}class="{{ b }}"{% endif %} onclick="c()">', ["<p onclick>"]),
        ("<style>a</style>", ["<style>"]),
        ("<script>a</script>", ["<script>"]),
        ('<script src="{% static "a.js" %}" defer></script>', []),
        ('<div hx-on:click="a">', ["<div hx-on:click>"]),
        ('<a href="javascript:a()">b</a>', ["<a href=javascript:a()>"]),
        ('<a href="{% url "a" %}" class="on" data-style="a">on="a" style="b"</a>', []),
        ('{% if "<" %}<p ONLOAD=a>{% endif %}', ["<p onload>"]),
    ],
)
def test_what_is_inline_is_found(source: str, found: list[str]) -> None:
    assert inline(source) == found


@pytest.mark.parametrize("path", list(templates()), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_has_anything_inline(path: Path) -> None:
    assert inline(path.read_text()) == []


# Length


def files() -> Iterator[Path]:
    for folder in ("live", "site"):
        yield from (path for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts)


def test_no_file_is_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files()}
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}
