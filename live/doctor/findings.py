"""What a check has found: one sentence of what is, and one of what to change."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

logger = logging.getLogger(__name__)


class Outcome(Enum):
    """``WRONG`` is what breaks a promise; with a ``WARNING`` the pages are true, and something is slower or unsure."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """``name`` is of the check, ``state`` what is, ``advice`` what to change; none where it is ok."""

    name: str
    outcome: Outcome
    state: str
    advice: str = ""


def ok(name: str, state: str) -> Finding:
    """As it should be."""
    return Finding(name, Outcome.OK, state)


def warning(name: str, state: str, advice: str) -> Finding:
    """It works, and something is slower, or cannot be known."""
    return Finding(name, Outcome.WARNING, state, advice)


def wrong(name: str, state: str, advice: str) -> Finding:
    """It does not work."""
    return Finding(name, Outcome.WRONG, state, advice)


Check = Callable[[], Iterable[Finding]]


def run(checks: Iterable[tuple[str, Check]]) -> Iterator[Finding]:
    """All findings, as they come. A check that fails is one, too."""
    for name, check in checks:
        try:
            yield from check()
        except Exception as error:
            logger.debug("the check %s failed", name, exc_info=True)
            yield wrong(name, f"This could not be checked: {error!r}.", "See the message.")
