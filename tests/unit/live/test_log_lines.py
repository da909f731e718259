"""What the log says: from a logger that is named as its module, and with words that are the same each time."""

import ast
from pathlib import Path

import live

ROOT = Path(live.__file__).parent
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
MODULES = {path: ast.parse(path.read_text()) for path in sorted(ROOT.rglob("*.py")) if "migrations" not in path.parts}


def calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]


def test_every_logger_is_named_as_its_module() -> None:
    loggers = {
        f"{path}:{call.lineno}": ast.unparse(call)
        for path, tree in MODULES.items()
        for call in calls(tree)
        if ast.unparse(call.func) == "logging.getLogger"
    }
    assert len(loggers) > 10
    assert {*loggers.values()} == {"logging.getLogger(__name__)"}, loggers


def test_every_line_is_a_text_that_its_values_are_put_into() -> None:
    """So that a program finds the same line again: no f-string, and some words beside the values."""
    wrong = []
    for path, tree in MODULES.items():
        for call in calls(tree):
            if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "logger":
                assert call.func.attr in LEVELS, f"{path}:{call.lineno}"
                text = call.args[0]
                if isinstance(text, ast.Constant) and len(str(text.value).split()) > 2:
                    continue
                if not isinstance(text, ast.Name):  # a long text has a line of its own
                    wrong.append(f"{path}:{call.lineno} {ast.unparse(text)}")
    assert wrong == []
