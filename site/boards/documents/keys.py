"""What panels are called in documents, so that one that is changed there stays the same panel. Pure."""

from collections.abc import Collection, Iterator, Sequence
from itertools import chain, count

from django.utils.text import slugify

MAX_KEY_LENGTH = 60
# Of a title that has no letter that an address can have.
NAMELESS = "panel"


def free_key(title: str, taken: Collection[str]) -> str:
    """A key made of a title, with a number behind it if another panel has it already."""
    return next(key for key in _candidates(_base_of(title)) if key not in taken)


def keys_of(panels: Sequence[tuple[str, str]]) -> list[str]:
    """The keys of a board's panels, of which the stored keys and the titles are given, in their order: those that have
    none, or that of an earlier one, get one."""
    taken = {key for key, _title in panels} - {""}
    keys: list[str] = []
    used: set[str] = set()
    # Of each base those that were not tried yet: with thousands of one title nothing is tried again.
    candidates: dict[str, Iterator[str]] = {}
    for stored, title in panels:
        key = stored
        if not stored or stored in used:
            base = _base_of(title)
            key = next(key for key in candidates.setdefault(base, _candidates(base)) if key not in taken)
        taken.add(key)
        used.add(key)
        keys.append(key)
    return keys


def _base_of(title: str) -> str:
    return slugify(title)[: MAX_KEY_LENGTH - 5].strip("-_") or NAMELESS


def _candidates(base: str) -> Iterator[str]:
    return chain([base], (f"{base}-{number}" for number in count(2)))
