"""From a value to a state: a word, and how bad it is. By the panel's own table of values, else by its thresholds.

A series may hold states itself, as texts: these are their words where the table does not name them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from math import isfinite
from types import MappingProxyType
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from live.charts.text.formats import exact
from series.values import OTHER_CODE

# The mildest first: of several states at once the last of these is shown. Not to know is worse than to know it is fine.
WORDS = {
    "ok": gettext_noop("OK"),
    "off": gettext_noop("No data"),
    "warn": gettext_noop("Warning"),
    "bad": gettext_noop("Critical"),
}
LEVELS = tuple(WORDS)
MAX_STATES = 20
# How bad the texts are that programs send as states, in lower case; of all others nobody knows.
LEVELS_OF_TEXTS = {
    **dict.fromkeys(["ok", "up", "running", "resolved", "online", "healthy", "normal", "passed", "success"], "ok"),
    **dict.fromkeys(["warn", "warning", "degraded", "pending"], "warn"),
    **dict.fromkeys(["bad", "critical", "down", "error", "failed", "failure", "firing", "offline", "unhealthy"], "bad"),
}
MAX_WORD_CHARACTERS = 40
LINE = re.compile(r"\s*([^=\s][^=]*?)\s*=\s*(\S.*?)\s*,\s*([^,]*?)\s*")


class State(NamedTuple):
    """A word, and its level: one of ``LEVELS``."""

    word: str
    level: str


Table = dict[float | str, State]


class Thresholds:
    """From where on a value is bad; ``below`` says that this is downwards. None where there is no threshold."""

    def __init__(self, warn: float | None = None, bad: float | None = None, below: bool = False) -> None:
        self.below = below
        # The worst first.
        self.limits = [(level, limit) for level, limit in (("bad", bad), ("warn", warn)) if limit is not None]

    def level(self, value: float) -> str | None:
        """How bad a value is; None where there are no thresholds."""
        for level, limit in self.limits:
            if value <= limit if self.below else value >= limit:
                return level
        return "ok" if self.limits else None


def parse(text: str) -> tuple[Table, list[str]]:
    """A table of states, one a line such as ``0 = Down, bad`` or ``open = Open, ok``, and what is wrong with the lines
    that are none."""
    table: Table = {}
    wrong = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            value, state = _line(line)
            if value in table:
                twice = value[:MAX_WORD_CHARACTERS] if isinstance(value, str) else exact(value)
                raise ValueError(_("the value %(value)s is there twice") % {"value": twice})
            if len(table) == MAX_STATES:
                raise ValueError(_("there can be %(most)d states at most") % {"most": MAX_STATES})
        except ValueError as reason:
            wrong.append(_("Line %(number)d: %(reason)s.") % {"number": number, "reason": reason})
        else:
            table[value] = state
    return table, wrong


def _line(line: str) -> tuple[float | str, State]:
    match = LINE.fullmatch(line)
    if not match:
        raise ValueError(_("it must look like “0 = Down, bad”"))
    value, word, level = match.groups()
    if len(word) > MAX_WORD_CHARACTERS:
        raise ValueError(_("a word has %(most)d characters at most") % {"most": MAX_WORD_CHARACTERS})
    if level.lower() not in LEVELS:
        words = _("the level must be ok, warn, bad or off, not “%(level)s”")
        raise ValueError(words % {"level": level[:MAX_WORD_CHARACTERS]})
    return _number(value), State(word, level.lower())


def _number(value: str) -> float | str:
    """A value, which is a text unless it is a number."""
    with suppress(ValueError):
        if isfinite(number := float(value)):
            return number
    return value


def check_states(text: str) -> None:
    """Refuse what is no table of states, with the number of each line and the reason."""
    _table, wrong = parse(text)
    if wrong:
        raise ValidationError(wrong)


class StateRules:
    """Which state a value is, and which is the worst of several.

    The thresholds decide about a value that is not in the table; without thresholds it is unknown if there is a table,
    and OK if there is none. Of a series that holds states, ``texts`` are these by their codes: what is not in the table
    is called as it is there. ``ranked`` holds every state that there can be, the mildest first.
    """

    def __init__(self, table: Table, thresholds: Thresholds, texts: Mapping[float, str] = MappingProxyType({})) -> None:
        self.table, self._thresholds, self._texts = table, thresholds, texts
        self._other = State(_("Unknown"), "off") if table and not thresholds.limits else State(_(WORDS["ok"]), "ok")
        self._beyond = {level: State(_(WORDS[level]), level) for level, _limit in thresholds.limits}
        of_texts = [self._of_text(code, text) for code, text in texts.items()]
        states = dict.fromkeys([self._other, *self._beyond.values(), *table.values(), *of_texts])
        # What programs send as words, and nobody has said how bad that is.
        self.unjudged = [
            text
            for code, text in texts.items()
            if not {text, code} & table.keys() and code != OTHER_CODE and self._of_text(code, text).level == "off"
        ]
        self.ranked: Sequence[State] = sorted(states, key=lambda state: LEVELS.index(state.level))

    def of(self, value: float) -> State:
        """The state that a value is."""
        text = self._texts.get(value)
        if text is not None:
            return self._of_text(value, text)
        return self.table.get(value) or self._beyond.get(self._thresholds.level(value) or "") or self._other

    def _of_text(self, code: float, text: str) -> State:
        if code == OTHER_CODE:
            return self.table.get(code) or State(_("Other"), "off")
        level = self._thresholds.level(code) or LEVELS_OF_TEXTS.get(text.lower(), "off")
        return self.table.get(text) or self.table.get(code) or State(text, level)

    def worst(self, values: Iterable[float]) -> State:
        """Of the states that these values are; there is one value at least."""
        return max(map(self.of, values), key=self.ranked.index)
