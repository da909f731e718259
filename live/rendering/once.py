"""What several pieces of a page ask of the database in the same words is asked once, while the page is made."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

Answer = TypeVar("Answer")

_answers: ContextVar[dict[Any, Any] | None] = ContextVar("live_once", default=None)


def asked_once(ask: Callable[[], Answer]) -> Callable[[], Answer]:
    """Decorator: one answer is for all of a page that is made, and elsewhere it is asked each time."""

    @wraps(ask)
    def once() -> Answer:
        answers = _answers.get()
        if answers is None:
            return ask()
        if ask not in answers:
            answers[ask] = ask()
        return answers[ask]  # type: ignore[no-any-return]

    return once


@contextmanager
def making_page() -> Iterator[None]:
    """Around all of a page, or of a part of it."""
    token = None if _answers.get() is not None else _answers.set({})
    try:
        yield
    finally:
        if token is not None:
            _answers.reset(token)
