"""Words of our own where the field has one: each was found by a reader who stumbled over it, and none comes back.

What is banned has a better word beside it. An exception is the name of a file, with the reason.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Modules and packages, by the last part of their names.
MODULES = {
    "duties": "periodic_tasks",
    "gate": "admission",
    "pacing": "scheduler",
    "feeding": "feed_delivery",
    "tails": "replay_buffer",
    "closing": "close_codes",
    "commits": "sqlite",
    "retrying": "database_threads",
    "frame": "html parts; a frame is a WebSocket message",
    "figures": "a part of the charts' output",
    "standing": "initial_notices",
    "telling": "send",
    "sending": "send",
    "banner_checks": "validation",
    "options_of_kinds": "boards.kinds",
    "announcements": "receivers",
    "first_start": "bootstrap",
    "pictures": "exports",
    "kinds_of_states": "boards.kinds",
    "drawing": "boards.kinds",
    "rules": "permissions, limits",
    "over_names": "category axis",
    "over_time": "time axis",
    "over_values": "value axis",
    "sentence": "text alternative",
}
# Names of functions, classes, parameters, variables and attributes.
IDENTIFIERS = {
    "ring": "invalidate",
    "ring_all": "invalidate_all",
    "let_go": "shutdown",
    "keep": "track_task",
    "hears": "recipients, is_recipient",
    "trail": "audit_log",
    "fault": "error",
    "look_at": "check, render again",
    "_Nobody": "a name that says that reading is forbidden",
    "Pacer": "Scheduler",
    "Gate": "Admission",
    "Feeding": "FeedDelivery",
    "Tail": "ReplayBuffer",
    "place": "sequence number, region or index",
    "in_one_thread": "what it guards",
    "tell": "send",
    "sentence": "text alternative",
    "read_out": "tooltip",
    "each": "what each of them is",
    "said": "a noun",
    "told": "a noun",
    "found": "a noun",
    "given": "a noun",
} | dict.fromkeys(
    ["MOST", "LEAST", "EVERY", "KEPT", "LONGEST", "GATHER", "SHARE", "BURST", "PATIENCE", "FRESH", "IN"],
    "a constant that says of what, and in which unit",
)
# In code, comments, templates, style sheets, scripts and docs.
WORDS = {
    r"\bfaults?\b": "error",
    r"\bread-?outs?\b": "tooltip",
    r"\bput(s|ting)? (it |them |which |a banner )?away\b": "dismiss",
    r"\b(sent|send|sends) away\b": "disconnect",
    r"\b(audit )?trail\b(?!ing)": "audit log",
    r"\blook(s|ed)? at (it|again|everything|the (fragment|feed)s?)\b": "check, render again, read",
    r"\blet(s)? go\b": "shut down, close",
    r"true as of": "last updated",
    r"may not be shown to you": "you no longer have access",
    r"did not take that": "rejected the request",
    r"Show everybody": "Save",
    r"\bJudgement\b": "Thresholds",
    r"\b[Ll]east[ _]span\b": "minimum axis range",
    r"\bExpected every\b": "Report late after",
    r"Course or comparison|How much now|How it is spread|Whether it works|Words and numbers": "the kinds' groups",
    r"\bthey lie\b": "horizontal bars",
    r"\bring(s|ing)? (the|a|feeds)\b": "invalidate",
}
EXCEPTIONS: dict[tuple[str, str], str] = {
    ("README.md", "faults"): "the target test-faults",
    ("docs/architecture.md", "faults"): "the folder tests/faults",
}


def python_files() -> Iterator[Path]:
    for folder in ("live", "site"):
        yield from (path for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts)


def text_files() -> Iterator[Path]:
    yield from python_files()
    for folder in ("live", "site", "templates", "static", "docs"):
        for ending in ("html", "css", "js", "md", "toml"):
            yield from sorted((ROOT / folder).rglob(f"*.{ending}"))
    yield ROOT / "README.md"


def named(source: str) -> Iterator[tuple[str, int]]:
    """The names that a source gives to things, with their lines."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node.lineno
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name, node.lineno
            case ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield name, node.lineno
            case ast.MatchAs(name=str(name)):
                yield name, node.lineno


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_names_are_found_wherever_they_are_given() -> None:
    source = """
class A:
    b: int = 1
    def c(self, d, *, e=1):
        for f in d:
            self.g = h(i=f)
"""
    assert {name for name, _line in named(source)} == {"A", "b", "c", "self", "d", "e", "f", "g", "i"}


def test_no_module_has_a_name_of_our_own() -> None:
    names = {relative(path): MODULES[path.stem] for path in python_files() if path.stem in MODULES}
    assert names == {}


def test_nothing_in_code_has_a_name_of_our_own() -> None:
    wrong = [
        f"{relative(path)}:{line} {name}: {IDENTIFIERS[name]}"
        for path in python_files()
        for name, line in named(path.read_text())
        if name in IDENTIFIERS and (relative(path), name) not in EXCEPTIONS
    ]
    assert wrong == []


@pytest.mark.parametrize("pattern", WORDS)
def test_no_word_of_our_own(pattern: str) -> None:
    wrong = [
        f"{relative(path)}:{number} {match[0]!r}: {WORDS[pattern]}"
        for path in text_files()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (match := re.search(pattern, line)) and (relative(path), match[0]) not in EXCEPTIONS
    ]
    assert wrong == []


def test_every_exception_is_needed() -> None:
    for (file, word), reason in EXCEPTIONS.items():
        assert reason and word in (ROOT / file).read_text(), f"{file} has no {word!r} any more"
