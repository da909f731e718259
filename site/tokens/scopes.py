"""What a token may do: a list of scopes, such as ``banners`` and ``write:cpu.*``.

A scope is a word, or a word, a colon and a name: the exact one, or with ``*`` at its end all that begin so:
``write:cpu`` is the series ``cpu`` alone, ``write:cpu.*`` all whose names begin with ``cpu.``, ``write:*`` every one.
A word that is declared with and without a colon is without one for all names: ``banners`` is ``banners:*``.

An app declares in its ``ready()`` the scopes that its views require; a colon means that a name follows:

    scopes.register("write:", "write series")
"""

from collections.abc import Iterable
from reprlib import repr as shortened
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.functional import Promise

MAX_SCOPE_LENGTH = 255

_declared: dict[str, "Scope"] = {}


class Scope(NamedTuple):
    """One that is declared. ``is_limited_by_user``: a token of a user may with it no more than that user may."""

    word: str
    description: str | Promise
    is_limited_by_user: bool = False

    @property
    def has_name(self) -> bool:
        """Whether a name follows."""
        return self.word.endswith(":")


def register(word: str, description: str | Promise, *, is_limited_by_user: bool = False) -> None:
    """Declare a scope. Raises ``ValueError`` where another one of that word is declared."""
    scope = Scope(word, description, is_limited_by_user)
    if _declared.setdefault(word, scope) != scope:
        raise ValueError(f"The scope {word!r} is declared twice.")


def declared() -> dict[str, Scope]:
    """All scopes by their words, in order."""
    return dict(sorted(_declared.items()))


def overview() -> str:
    """All scopes in one line, for people: ``banners (post banners), write:NAME or write:PREFIX* (write series)``."""
    forms = {word: f"{word}NAME or {word}PREFIX*" if one.has_name else word for word, one in declared().items()}
    return ", ".join(f"{form} ({_declared[word].description})" for word, form in forms.items())


def validate(scopes: Any) -> None:
    """Raise ``ValidationError`` unless it is a list of scopes that are declared."""
    if not (isinstance(scopes, list) and all(isinstance(scope, str) for scope in scopes)):
        raise ValidationError("Scopes must be a list of texts.")
    for scope in scopes:
        word, colon, name = scope.partition(":")
        printable = scope.isprintable() and len(scope) <= MAX_SCOPE_LENGTH
        if word + colon not in _declared or bool(name) != bool(colon) or "*" in name[:-1] or not printable:
            raise ValidationError(f"{shortened(scope)} is not a scope; the scopes are: {overview()}.")


def names_of(scopes: Iterable[str], word: str) -> list[str]:
    """What stands behind this word, colon included, in those scopes that begin with it."""
    return [scope.removeprefix(word) for scope in scopes if scope.startswith(word)]


def permits(scopes: Iterable[str], wanted: str) -> bool:
    """Whether one of them permits what is wanted: ``banners``, or ``write:cpu.user``. A scope may be wanted, too:
    whether all that ``write:cpu.*`` permits is permitted."""
    word = wanted.partition(":")[0]
    return any(scope in (wanted, word) or (scope.endswith("*") and wanted.startswith(scope[:-1])) for scope in scopes)
