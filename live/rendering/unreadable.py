"""What a template has on a page and not in a fragment: one HTML serves all viewers, so there is no request.

Django shows nothing for a name that is not there, without a word. So these names are there, and say that they are read.
"""

import logging
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from live.keys import FragmentError, Key
from live.rendering.strict import is_strict

logger = logging.getLogger(__name__)

# They differ between viewers: what shows them to all would be wrong, and may show what is not for them.
OF_THE_VIEWER = frozenset(["request", "user", "perms"])
# Other names that the context processors of this process have given to pages.
_processors = {"csrf_token"}
# Names of fragments and of what they read, of which the log has a line.
_logged: set[tuple[str, str]] = set()


def note_processors(names: Iterable[str]) -> None:
    """These come from context processors, as a page's template was given them."""
    _processors.update(names)


def unreadable(key: Key, errors: list[str]) -> dict[str, Any]:
    """For the context of a fragment: what is read of it in its template is an error, and put into ``errors``.

    That of context processors is one where it is strict; elsewhere it is empty, as it always was, and logged.
    """
    viewer = {name: _Viewer(key, name, errors) for name in OF_THE_VIEWER}
    return {name: _Processed(key, name, errors) for name in _processors} | viewer


_WHY = (
    "a fragment is rendered once for all, with no request. What differs between viewers is declared with per=, and a"
    " form stands outside"
)


class _Viewer:
    def __init__(self, key: Key, name: str, errors: list[str]) -> None:
        self._of = key, name, errors

    def __call__(self) -> NoReturn:  # templates ask whatever can be called for an attribute first
        self.__getattr__("")

    # Jinja2 calls nothing by itself.
    def __bool__(self) -> bool:
        self()

    def __str__(self) -> str:
        self()

    def __getattr__(self, name: str) -> NoReturn:
        key, read, errors = self._of
        # Noted as well as raised: {% if %} takes an exception inside its operators for False.
        errors.append(f"{key} reads {read!r}: {_WHY}")
        raise FragmentError(errors[-1])


class _Processed:
    """A template calls it as soon as it reads it, and ``{% csrf_token %}`` asks whether it is true."""

    def __init__(self, key: Key, name: str, errors: list[str]) -> None:
        self._of = key, name, errors

    def __call__(self) -> str:
        key, name, errors = self._of
        message = f"{key} reads {name!r}, which a context processor gives to pages: {_WHY}"
        if is_strict():
            errors.append(message)
            raise FragmentError(message)
        if (key.name, name) not in _logged:
            _logged.add((key.name, name))
            logger.warning("%s; it is empty there: have the fragment's function return it", message)
        return ""

    def __bool__(self) -> bool:
        return bool(self())

    # Jinja2 calls nothing by itself.
    def __str__(self) -> str:
        return self()

    def __iter__(self) -> Iterator[str]:
        return iter(self())

    def __getitem__(self, name: object) -> NoReturn:
        self()
        raise KeyError(name)
