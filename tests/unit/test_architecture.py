"""Who may import whom, what templates may not contain, and how long a file may be: held by reading the files."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 250
# Files that may be a little longer, each with the reason.
LONGER = {
    "live/hub/hub.py": (
        285,
        "one object: hearing, rendering, viewers and fan-out share the watches, and read in that order",
    ),
}
CHARTS = "live.charts"
DJANGO_FOR_CHARTS = {"django.utils.html", "django.utils.safestring"}


def imports(source: str, package: str) -> set[str]:
    """The modules that a source imports, with the names it takes from them; relative ones from ``package``."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: len(package.split(".")) + 1 - node.level]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def modules(folder: str) -> dict[str, set[str]]:
    """Every module in a folder of the repository, with what it imports."""
    found = {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        parts = path.relative_to(ROOT / "site" if folder.startswith("site") else ROOT).with_suffix("").parts
        package = ".".join(parts[:-1])
        found[".".join(parts)] = imports(path.read_text(), package)
    assert found, f"{folder} holds no module"
    return found


def within(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def offences(folder: str, *forbidden: str) -> list[str]:
    """``module imports other`` for each import of what is forbidden."""
    return [
        f"{name} imports {module}"
        for name, imported in modules(folder).items()
        for module in sorted(imported)
        if within(module, *forbidden)
    ]


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
    assert imports(source, "p.q") == {"a.b", "c", "c.d", "p.q", "p.q.e", "p.q.g", "p.q.g.h", "p.i", "p.i.j"}
    assert within("live.charts.path", "live.charts")
    assert not within("lively", "live")


def test_the_site_is_these_packages() -> None:
    assert {"boards", "config", "series"} <= set(SITE)


def test_the_engine_knows_nothing_of_the_site() -> None:
    assert offences("live", *SITE, "site") == []


def test_the_engine_knows_nothing_of_notices() -> None:
    """But for the public names, which ``live`` fetches when they are asked for."""
    found = {each.split()[0] for each in offences("live", "live.notices")}
    assert {name for name in found if not within(name, "live.notices")} == {"live.__init__"}


def test_notices_know_nothing_of_the_site() -> None:
    assert offences("live/notices", *SITE, "site") == []


def test_charts_know_nothing_of_the_engine() -> None:
    assert [each for each in offences("live/charts", "live") if not within(each.split()[-1], CHARTS)] == []


def test_charts_take_only_escaping_from_django_but_for_the_figure() -> None:
    assert offences("live/charts", "channels") == []
    assert [
        each
        for each in offences("live/charts", "django")
        if not within(each.split()[-1], *DJANGO_FOR_CHARTS) and each.split()[0] != "live.charts.output.figure"
    ] == []


def test_the_mailbox_is_pure() -> None:
    assert [
        module
        for module in modules("live")["live.hub.mailbox"]
        if within(module, "django", "channels", "live", "asyncio")
    ] == []


def test_only_the_socket_imports_consumers() -> None:
    found = offences(
        "live", "channels.consumer", "channels.generic", "channels.routing", "channels.sessions", "channels.auth"
    )
    assert {offence.split()[0] for offence in found} == {"live.socket.consumer", "live.socket.routing"}


def test_only_the_server_imports_daphne() -> None:
    found = {offence.split()[0] for offence in offences("live", "daphne", "twisted", "autobahn")}
    assert found == {"live.socket.server", "live.management.commands.serve"}


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
    most = {name: LONGER.get(name, (LONGEST, ""))[0] for name in lengths}
    assert {name: length for name, length in lengths.items() if length > most[name]} == {}
    assert {name for name in LONGER if lengths.get(name, 0) <= LONGEST} == set(), "no exception that is not needed"
