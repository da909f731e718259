"""What came of something that was to be done to a board."""

from typing import NamedTuple


class Refused(Exception):
    """It was not done; the words say why."""


class Outcome(NamedTuple):
    """What was done, in words; the panel that was in hand, if it is there; the revision that an Undo beside the words
    takes back."""

    words: str
    panel: int | None = None
    revision: int | None = None
