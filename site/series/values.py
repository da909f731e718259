"""What a point may hold: a number, exact where it is an integer of 64 bits, or a state, which is a text. Pure.

What is stored of a state is a number, its *code*: so there are minima, roll-ups and timelines of states as of numbers.
The codes of texts are 0, 1, 2 ... in the order in which a series first had them; true and false, and what else is one
of a fixed set, have codes that never change.
"""

from enum import StrEnum
from typing import NamedTuple

# More texts than these a series does not tell apart: all others have one code. Roll-ups know which codes they have
# seen up to ``storage.rollups.MAX_SEEN_VALUE``.
MAX_TEXTS = 62
OTHER_CODE = MAX_TEXTS
INTEGERS = range(-(1 << 63), 1 << 63)
BOOLEANS = ("false", "true")


class ValueType(StrEnum):
    """What a series holds: what its first point was. A fixed set is that of true and false, and the like."""

    NUMBER = "number"
    TEXT = "text"
    FIXED = "fixed"


class FixedState(NamedTuple):
    """One of a set of states, ``texts``, in which its ``code`` is its index."""

    texts: tuple[str, ...]
    code: int

    @property
    def text(self) -> str:
        """It in words."""
        return self.texts[self.code]


Number = float | int
Value = Number | bool | str | FixedState


def exact(number: int) -> Number:
    """An integer as what is stored: itself where no float is equal to it and 64 bits hold it, else a float.

    Raises ``OverflowError`` where that is not possible.
    """
    value = float(number)
    return number if value != number and number in INTEGERS else value


def as_fixed(value: Value) -> FixedState | None:
    """A state of a fixed set, as true and false are; None for what is none."""
    if isinstance(value, FixedState):
        return value
    return FixedState(BOOLEANS, int(value)) if isinstance(value, bool) else None
