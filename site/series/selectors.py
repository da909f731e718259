"""Which series are meant, by name and tags: ``latency{host=~"web-.*", zone="eu"}``.

As Prometheus writes it, and so that the identity of a series (``cpu{host=a}``) is a selector of it, unless it has one
of ``" * ! ~``, a ``$`` or a space at an end: see ``selector_of``. ``cpu.*`` are all whose names begin with ``cpu.``;
``host=*`` means that there is such a tag. ``!=``, ``=~`` and ``!~`` are as Prometheus has them: a tag that is missing
is empty, and an expression stands for the whole of a text. Expressions are RE2's, which takes no longer than a text is
long, whatever somebody asks for. ``host=$host`` is a variable, whose values whoever asks fills in (``matchers``); as a
text it is quoted. Pure.

https://prometheus.io/docs/prometheus/latest/querying/basics/#instant-vector-selectors
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import re2

from series.matchers import Matcher, Selector
from series.samples import identity_of

MAX_SELECTOR_LENGTH = 1000
MAX_MATCHERS = 20
# A name or a tag's name, as it is or quoted; what is quoted has \" and \\ in it.
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
NAME = re.compile(r"(?:[^\\{},=\"]|\\.)+")
TAG = re.compile(r"(?:[^\\{},=!~\"]|\\.)+")
VALUE = re.compile(r"(?:[^\\{},\"]|\\.)*")
OPERATOR = re.compile(r"=~|!~|!=|=")
SPACE = re.compile(r"\s*")
VARIABLE_NAME = r"[^\W\d][\w.-]*"
VARIABLE = re.compile(rf"\$({VARIABLE_NAME})")
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# No series has them, and PostgreSQL cannot even be asked.
IN_NO_TEXT = re.compile("[\0\ud800-\udfff]")


class SelectorError(ValueError):
    """A text is no selector. ``column``: of the first character that cannot be there, counted from 1."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"{message} (column {column})")
        self.column = column


def example(text: str) -> tuple[str, dict[str, str]]:
    """The name and tags of a series that a selector may mean. Raises ``SelectorError``."""
    selector = parse(text)
    tags = {one.tag: one.text if one.operator == "=" else "a" for one in selector.matchers if one.operator in "=*$"}
    return selector.name + ("a" if selector.is_prefix else ""), tags


def selector_of(name: str, tags: Mapping[str, str]) -> str:
    """A selector of a series: its identity, quoted where something in that would be read as more than a text."""
    matchers = tuple(Matcher(tag, "=", tags[tag]) for tag in sorted(tags))
    with suppress(SelectorError):
        if parse(identity := identity_of(name, tags)) == Selector(name, matchers=matchers):
            return identity
    pairs = ", ".join(f"{_quoted(one.tag)}={_quoted(one.text)}" for one in matchers)
    return _quoted(name) + (f"{{{pairs}}}" if pairs else "")


def selector_of_tagged(name: str, *tags: str) -> str:
    """A selector of all series of a name that have these tags: ``latency{host=*}``."""
    pairs = ", ".join(f"{tag}=*" for tag in tags)
    with suppress(SelectorError):
        if parse(text := f"{name}{{{pairs}}}") == Selector(name, matchers=tuple(Matcher(tag, "*") for tag in tags)):
            return text
    return f"{_quoted(name)}{{{', '.join(f'{_quoted(tag)}=*' for tag in tags)}}}"


def parse(text: str) -> Selector:
    """Read a selector. Raises ``SelectorError``."""
    if len(text) > MAX_SELECTOR_LENGTH:
        raise SelectorError(f"A selector has at most {MAX_SELECTOR_LENGTH} characters.", MAX_SELECTOR_LENGTH + 1)
    text = text.strip()
    if wrong := IN_NO_TEXT.search(text):
        raise SelectorError("This character is in no name and no tag.", wrong.start() + 1)
    return _Reader(text).selector()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def selector(self) -> Selector:
        name, is_prefix = self._name()
        matchers: list[Matcher] = []
        if self._take("{") is not None:
            while self._take("}") is None:
                if matchers and self._take(",") is None:
                    raise self._wrong("A comma or } must be here.")
                if matchers and self._take("}") is not None:  # behind the last comma
                    break
                matchers.append(self._matcher())
                if len(matchers) > MAX_MATCHERS:
                    raise self._wrong(f"There can be {MAX_MATCHERS} tags at most.")
        if self._at < len(self._text):
            raise self._wrong("Nothing can be here any more.")
        return Selector(name, is_prefix, tuple(matchers))

    def _name(self) -> tuple[str, bool]:
        """The name, or how all names begin."""
        if self._text.startswith('"') and (quoted := self._word(NAME)):
            return quoted, False
        raw = self._take(NAME)
        if raw is None:
            raise self._wrong("It must begin with the name of a series.")
        raw = raw.strip()
        is_prefix = raw.endswith("*") and not raw.endswith("\\*")
        return _unescaped(raw[:-1] if is_prefix else raw), is_prefix

    def _matcher(self) -> Matcher:
        tag = self._word(TAG)
        if tag is None:
            raise self._wrong("The name of a tag must be here.")
        operator = self._take(OPERATOR)
        if operator is None:
            raise self._wrong("=, !=, =~ or !~ must be here.")
        begin = self._at
        is_quoted = self._text[begin : begin + 1] == '"'
        text = self._word(VALUE)
        if text is None:
            raise self._wrong("A value must be here.")
        if operator == "=" and text == "*" and not is_quoted:
            return Matcher(tag, "*")
        if not is_quoted and (variable := VARIABLE.fullmatch(text)) and not self._is_escaped(begin):
            if operator != "=":
                self._at = begin
                raise self._wrong("A variable can only be behind =.")
            return Matcher(tag, "$", variable[1])
        if operator in ("=~", "!~"):
            try:
                re2.compile(text, _options())
            except re2.error as error:
                self._at = begin
                raise self._wrong(f"This is no regular expression: {_words(error)}.") from None
        return Matcher(tag, operator, text)

    def _is_escaped(self, at: int) -> bool:
        return self._text.startswith("\\", at)

    def _word(self, pattern: re.Pattern[str]) -> str | None:
        """Quoted, or as it is."""
        self._skip()
        if match := QUOTED.match(self._text, self._at):
            self._at = match.end()
            self._skip()
            return _unescaped(match[1])
        word = self._take(pattern)
        return None if word is None else _unescaped(word.strip())

    def _take(self, what: str | re.Pattern[str]) -> str | None:
        """What stands here, and go on behind it; None where it does not."""
        self._skip()
        match = (re.compile(re.escape(what)) if isinstance(what, str) else what).match(self._text, self._at)
        if match is None:
            return None
        self._at = match.end()
        self._skip()
        return match[0]

    def _skip(self) -> None:
        match = SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _wrong(self, message: str) -> SelectorError:
        return SelectorError(message, self._at + 1)


def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    return options


def _words(error: Exception) -> str:
    text = error.args[0] if error.args else ""
    return text.decode(errors="replace") if isinstance(text, bytes) else str(text)


def _quoted(text: str) -> str:
    return '"' + re.sub(r'["\\]', r"\\\g<0>", text) + '"'


def _unescaped(text: str) -> str:
    return ESCAPED.sub(r"\1", text)
