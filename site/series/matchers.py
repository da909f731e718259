"""What a selector means once it is read: a name, what the tags must be, and variables that are filled in. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import re2

# By the name of a variable the values that are chosen for it; none stand for all that there are.
Values = Mapping[str, Sequence[str]]


class UnknownVariable(ValueError):
    """A selector has a variable of which nobody knows the values."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        names = ", ".join(f"${one}" for one in known)
        super().__init__(f"There is no variable ${name} here{f'; there is {names}' if names else ''}.")
        self.name = name


@dataclass(frozen=True, slots=True)
class Matcher:
    """What a tag must be. ``operator``: ``=``, ``!=``, ``=~``, ``!~``, or ``*``: it is there, or ``$``: what is chosen
    for the variable ``text``, which may be any value that is there."""

    tag: str
    operator: str
    text: str = ""

    def matches(self, tags: Mapping[str, str]) -> bool:
        value = tags.get(self.tag, "")
        match self.operator:
            case "*" | "$":
                return self.tag in tags
            case "=":
                return value == self.text
            case "!=":
                return value != self.text
            case "=~":
                return re2.fullmatch(self.text, value) is not None
            case _:
                return re2.fullmatch(self.text, value) is None


@dataclass(frozen=True, slots=True)
class Selector:
    """Series of a name, or with ``is_prefix`` of all names that begin so, whose tags are as all of these say."""

    name: str
    is_prefix: bool = False
    matchers: tuple[Matcher, ...] = ()

    def matches(self, name: str, tags: Mapping[str, str]) -> bool:
        """Whether it means a series of this name with these tags."""
        is_named = name.startswith(self.name) if self.is_prefix else name == self.name
        return is_named and all(matcher.matches(tags) for matcher in self.matchers)

    def variables(self) -> dict[str, str]:
        """The variables in it, with the tags whose values they are."""
        return {one.text: one.tag for one in self.matchers if one.operator == "$"}

    def filled(self, values: Values) -> "Selector":
        """With the values that are chosen for its variables. Raises ``UnknownVariable`` for one that has none."""
        return replace(self, matchers=tuple(_filled(one, values) for one in self.matchers))


def _filled(matcher: Matcher, values: Values) -> Matcher:
    if matcher.operator != "$":
        return matcher
    if matcher.text not in values:
        raise UnknownVariable(matcher.text, values)
    chosen = values[matcher.text]
    match len(chosen):
        case 0:
            return Matcher(matcher.tag, "*")
        case 1:
            return Matcher(matcher.tag, "=", chosen[0])
    return Matcher(matcher.tag, "=~", "|".join(map(re2.escape, chosen)))
