"""The result of an action on a board."""

from typing import NamedTuple


class Refused(Exception):
    """The action was not done. The message is for the person, and says why."""


class Outcome(NamedTuple):
    """``words`` say what was done; ``panel`` is the key of the panel, None if it is gone; ``revision`` is what *Undo*
    beside the words takes back."""

    words: str
    panel: int | None = None
    revision: int | None = None
