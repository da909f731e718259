"""What panels are called in documents, so that one that is changed there stays the same panel. Pure."""

from collections.abc import Collection, Sequence
from itertools import chain, count

from django.utils.text import slugify

MAX_KEY_LENGTH = 60
# Of a title that has no letter that an address can have.
NAMELESS = "panel"


def free_key(title: str, taken: Collection[str]) -> str:
    """A key made of a title, with a number behind it if another panel has it already."""
    base = slugify(title)[: MAX_KEY_LENGTH - 5].strip("-_") or NAMELESS
    return next(key for key in chain([base], (f"{base}-{number}" for number in count(2))) if key not in taken)


def keys_of(panels: Sequence[tuple[str, str]]) -> list[str]:
    """The keys of a board's panels, of which the stored keys and the titles are given, in their order: those that have
    none, or that of an earlier one, get one."""
    taken = {key for key, _title in panels} - {""}
    keys: list[str] = []
    used: set[str] = set()
    for stored, title in panels:
        key = stored if stored and stored not in used else free_key(title, taken | used)
        used.add(key)
        keys.append(key)
    return keys
