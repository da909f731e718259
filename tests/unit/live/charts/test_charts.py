"""The package: which room may import which, its public names, and that each class in the markup has a rule."""

import ast
import re
from pathlib import Path

import pytest

import live.charts
from live.charts.output import figure

CHARTS = Path(live.charts.__file__).parent
STATIC = CHARTS.parent / "static" / "live"
MODULES = sorted(CHARTS.rglob("*.py"))
# What the modules of a room may import besides those of their own. The shared ones stand below all rooms.
SHARED = {"values", "path", "marks"}
BELOW = {
    "text": {"values"},
    "output": {*SHARED, "text"},
    "axes": {*SHARED, "text", "output"},
    "kinds": {*SHARED, "text", "output", "axes"},
}
PURE = {"django.utils.html", "django.utils.safestring"}
KINDS_WITH_NO_RULE_OF_THEIR_OWN = {"chart-line", "chart-stat", "chart-status"}


def imported(path: Path) -> tuple[set[str], set[str]]:
    """Return the modules of charts that a module imports, as "room.module", and all others, with their packages."""
    package, ours, others = path.relative_to(CHARTS).parts[:-1], set(), set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            others |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) + 1 - node.level]
            ours |= {".".join([*base, *(node.module or alias.name).split(".")]) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            others.add(node.module or "")
    return ours, others


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(CHARTS)))
def test_module_imports_only_what_stands_below_it(path: Path) -> None:
    ours, others = imported(path)
    room = path.relative_to(CHARTS).parts[0]
    if room in BELOW:
        assert {name.split(".")[0] for name in ours} <= BELOW[room] | {room}
    elif path.name != "__init__.py":  # a shared module
        assert ours <= SHARED
    assert not [name for name in others if name.startswith(("live", "channels"))]
    if path != Path(figure.__file__):
        assert {name for name in others if name.startswith("django")} <= PURE


def test_modules_import_each_other_without_a_circle() -> None:
    graph = {".".join(path.relative_to(CHARTS).with_suffix("").parts): imported(path)[0] for path in MODULES}
    while free := [name for name, ours in graph.items() if not ours & graph.keys()]:
        for name in free:
            del graph[name]
    assert graph == {}


def test_every_kind_is_registered() -> None:
    others = {"__init__", "empty", "stack", "states", "markdown"}
    modules = {path.stem for path in (CHARTS / "kinds").glob("*.py")} - others
    assert set(live.charts.KINDS) == {*modules, "text"}


def test_every_public_name_has_a_docstring() -> None:
    for name in live.charts.__all__:
        assert getattr(live.charts, name).__doc__


def test_every_class_in_the_markup_has_a_rule() -> None:
    css = "".join(path.read_text() for path in (STATIC / "charts").glob("*.css"))
    markup = "".join(path.read_text() for path in MODULES)
    names = set(re.findall(r"chart-[a-z]+", markup)) - {"chart-fill", "chart-hatch"} - KINDS_WITH_NO_RULE_OF_THEIR_OWN
    assert names and [name for name in sorted(names) if name not in css] == []
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", css)
