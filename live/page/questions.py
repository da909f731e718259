"""How a project's functions are asked about a user: ``per(user)``, ``visible_to(user, **params)``,
``visible_to_many(user, keys)``; and with the page's context, where they have a parameter called ``context``.
"""

from collections.abc import Callable, Iterable
from functools import cache
from inspect import signature
from typing import Any, TypeVar

from live.keys import PageContext
from live.rendering.context import default_context

Answer = TypeVar("Answer")


@cache
def takes_context(function: Callable[..., Any]) -> bool:
    """Whether it has a parameter called ``context``."""
    try:
        return "context" in signature(function).parameters
    except ValueError:  # of a builtin nobody knows
        return False


def ask(
    function: Callable[..., Answer], user: Any, context: PageContext | None, params: Iterable[tuple[str, Any]] = ()
) -> Answer:
    """Its answer. A fragment's own parameter of that name comes first."""
    return function(user, **_named(function, context) | dict(params))


def ask_many(function: Callable[..., Answer], user: Any, context: PageContext | None, keys: list[Any]) -> Answer:
    """The answer of a ``visible_to_many``, which takes what it is about as one."""
    return function(user, keys, **_named(function, context))


def _named(function: Callable[..., Any], context: PageContext | None) -> dict[str, Any]:
    return {"context": context or default_context()} if takes_context(function) else {}
