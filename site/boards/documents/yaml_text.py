"""Documents as YAML, and back, with the line and the column of whatever is in them.

What is read are the values of JSON, as YAML 1.2 has them: ``no``, ``on``, ``12:30`` and ``2026-11-25`` are texts. What
is written has quotes around whatever another reader would take for something else. Anchors are resolved; their sum is
bounded.
"""

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any, NamedTuple

import yaml
from django.utils.translation import gettext as _
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from boards.documents.problems import Path, Problem, quoted
from boards.documents.shapes import MAX_DEPTH

# Some hundred boards. It is read by Python, some seconds long at most.
MAX_CHARACTERS = 500_000
# Values, keys and lists, with what aliases repeat.
MAX_NODES = 100_000
# Of a whole number, which Python would take long to read.
MAX_DIGITS = 300
# As the lines of marks are counted.
LINE_END = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
TEXT, NULL, BOOL, INT, FLOAT = (f"tag:yaml.org,2002:{name}" for name in ("str", "null", "bool", "int", "float"))
# https://yaml.org/spec/1.2.2/#103-core-schema, with numbers as JSON has them.
SCALARS = [
    (NULL, re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""]),
    (BOOL, re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), list("tTfF")),
    (INT, re.compile(r"-?(?:0|[1-9][0-9]*)\Z"), list("-0123456789")),
    (FLOAT, re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\Z"), list("-0123456789")),
]
# What can be written as it is, also over several lines; the rest is written with escapes.
PRINTABLE = r" -~\u00a1-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\ud7ff\ue000-\ufefe\uff01-\ufffd\U00010000-\U0010ffff"
PLAIN, PLAIN_LINES = re.compile(rf"[{PRINTABLE}]*\Z"), re.compile(rf"(?! )[{PRINTABLE}][{PRINTABLE}\n]*\Z")


class Mark(NamedTuple):
    """Where something stands in a text, counted from 1."""

    line: int
    column: int


class Located(NamedTuple):
    """A problem, and where it is in the text."""

    problem: Problem
    mark: Mark

    def __str__(self) -> str:
        where = _("line %(line)d, column %(column)d") % self.mark._asdict()
        return f"{str(self.problem).rstrip('.')} ({where})"


class NotYAML(ValueError):
    """A text cannot be read; ``located`` says why."""

    def __init__(self, located: Located) -> None:
        super().__init__(str(located))
        self.located = located


class _Loader(yaml.SafeLoader):
    """Composes nodes, and makes nothing of them."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    depth = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            where = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem=_("it is too deep"), problem_mark=where)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


class _Dumper(yaml.SafeDumper):
    """Writes lists below their key with the dash indented, and long texts as they are."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


for _tag, _pattern, _first in SCALARS:
    _Loader.add_implicit_resolver(_tag, _pattern, _first)
    _Dumper.add_implicit_resolver(_tag, _pattern, _first)


def _represent_text(dumper: _Dumper, text: str) -> ScalarNode:
    style = None if PLAIN.match(text) else "|" if PLAIN_LINES.match(text) else '"'
    return dumper.represent_scalar(TEXT, text, style=style)


_Dumper.add_representer(str, _represent_text)


def write(document: Mapping[str, Any]) -> str:
    """A document as YAML."""
    # No text is wrapped: a change of a word is a change of one line.
    text: str = yaml.dump(dict(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=MAX_CHARACTERS)
    return text


class Text:
    """A text of YAML that was read: ``data``, ``problems`` such as a key that is there twice, and where everything is.

    Raises ``NotYAML``.
    """

    def __init__(self, text: str) -> None:
        self.problems: list[Located] = []
        self._marks: dict[Path, Mark] = {}
        self._keys: dict[Path, Mark] = {}
        self._nodes = 0
        if len(text) > MAX_CHARACTERS:
            raise _not_yaml(_("It is longer than %d characters.") % MAX_CHARACTERS)
        try:
            loader = _Loader(text)
            node = loader.get_single_node()
        except yaml.reader.ReaderError as error:
            before = text[: error.position]
            mark = Mark(before.count("\n") + 1, error.position - before.rfind("\n"))
            raise _not_yaml(_("There is a character that YAML cannot have."), mark) from error
        except (ValueError, OverflowError) as error:  # of an escape such as \UFFFFFFFF
            raise _not_yaml(_("This is not YAML: %s.") % error) from error
        except yaml.MarkedYAMLError as error:
            where = error.problem_mark or error.context_mark
            words = " ".join(filter(None, (error.context, error.problem))) or str(error)
            raise _not_yaml(_("This is not YAML: %s.") % words, _mark(where) if where else None) from error
        self.data: Any = None if node is None else self._value((), node)

    def located(self, problem: Problem) -> Located:
        """A problem of the data, and where it is: where that is not there, the nearest that it would be in."""
        path = problem.path
        if problem.of_key and path in self._keys:
            return Located(problem, self._keys[path])
        while path and path not in self._marks:
            path = path[:-1]
        return Located(problem, self._marks.get(path, Mark(1, 1)))

    def _value(self, path: Path, node: Node) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES or len(path) > MAX_DEPTH:
            raise _not_yaml(_("There is too much in it."), _mark(node.start_mark))
        self._marks[path] = _mark(node.start_mark)
        if isinstance(node, MappingNode):
            return self._mapping(path, node)
        if isinstance(node, SequenceNode):
            return [self._value((*path, index), item) for index, item in enumerate(node.value)]
        return self._scalar(path, node)

    def _mapping(self, path: Path, node: MappingNode) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                raise _not_yaml(_("A name must be a text."), _mark(key.start_mark))
            name = key.value
            if name in result:
                words = _("%(name)s is here twice, first in line %(line)d.")
                first = self._keys[(*path, name)].line
                problem = Problem((*path, name), words % {"name": quoted(name), "line": first})
                self.problems.append(Located(problem, _mark(key.start_mark)))
                continue
            self._keys[(*path, name)] = _mark(key.start_mark)
            result[name] = self._value((*path, name), value)
        return result

    def _scalar(self, path: Path, node: Node) -> Any:
        text = str(node.value)
        pattern = next((pattern for tag, pattern, _first in SCALARS if tag == node.tag), None)
        if node.tag != TEXT and (pattern is None or not pattern.match(text) or len(text) > MAX_DIGITS):
            words = _("%(value)s cannot be read as %(tag)s.") % {"value": quoted(text), "tag": quoted(node.tag)}
            self.problems.append(Located(Problem(path, words), _mark(node.start_mark)))
            return text
        match node.tag.rpartition(":")[2]:
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return int(text)
            case "float" if isfinite(float(text)):
                return float(text)
        return text


def _mark(mark: Any) -> Mark:
    return Mark(mark.line + 1, mark.column + 1)


def _not_yaml(words: str, mark: Mark | None = None) -> NotYAML:
    return NotYAML(Located(Problem((), words), mark or Mark(1, 1)))
