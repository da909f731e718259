"""The values that are chosen for a board's variables, in one text that views share: ``host=web-1&zone=eu``.

It is the end of an address, in order, so that all who have chosen the same share one rendering. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from boards.variables.declared import ALL, Variable
from series.samples import MAX_LABEL_LENGTH, UNPRINTABLE

# Of all variables together; the text is in the key of every panel of a page.
MAX_CHOSEN, MAX_CHARACTERS = 20, 3000


class Query(Protocol):
    """What an address asks for, as Django reads it."""

    def getlist(self, key: str) -> list[str]: ...


def values_in(query: Query, names: Iterable[str]) -> str:
    """What an address chooses for variables of these names. Raises ``ValidationError`` for what no tag can be."""
    pairs = {(name, value) for name in names for value in query.getlist(name) if value.strip()}
    for name, value in sorted(pairs):
        if len(value) > MAX_LABEL_LENGTH or UNPRINTABLE.search(value):
            raise ValidationError(_("This cannot be a value of “%(name)s”.") % {"name": name})
    text = text_of(pairs)
    if len(pairs) > MAX_CHOSEN or len(text) > MAX_CHARACTERS:
        words = _("Choose at most %(most)d values, of %(characters)d characters together.")
        raise ValidationError(words % {"most": MAX_CHOSEN, "characters": MAX_CHARACTERS})
    return text


def text_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values as one text."""
    return urlencode(sorted(set(pairs)))


def pairs_of(text: str) -> list[tuple[str, str]]:
    """The names and values in a text."""
    return parse_qsl(text) if text else []  # with most renderings there is none


def with_values(text: str, name: str, values: Iterable[str]) -> str:
    """The same with these values for one variable; without any it is as if the variable was not in the address."""
    return text_of([*(pair for pair in pairs_of(text) if pair[0] != name), *((name, value) for value in values)])


def chosen_values(text: str, variables: Iterable[Variable]) -> Mapping[str, Sequence[str]]:
    """What is chosen for each of the variables: as the text says, else its default; nothing for all."""
    explicit: dict[str, list[str]] = {}
    for name, value in pairs_of(text):
        explicit.setdefault(name, []).append(value)
    chosen = {one.name: explicit.get(one.name, [one.default] if one.default else []) for one in variables}
    return {name: () if ALL in values else tuple(values) for name, values in chosen.items()}


def pickers_of(text: str, variables: Iterable[Variable]) -> list[tuple[str, str]]:
    """The variables with what is chosen for each, in words."""
    return [(name, ", ".join(values) or _("All")) for name, values in chosen_values(text, variables).items()]
