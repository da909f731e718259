"""Merge two people's changes of a panel field by field (a three-way merge). Where both have changed the same field to
different values, that is a conflict.

Pure: snapshots are dictionaries of JSON, as ``history`` makes them. Options are fields of their own
(``options.unit``), and the series of a panel are one field, ``lines``.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

OPTIONS, PREFIX, LINES = "options", "options.", "lines"
Snapshot = dict[str, Any]
Fields = dict[str, Any]
# An option that is not stored. It is no value of JSON.
MISSING = object()


class Conflict(NamedTuple):
    """Both have changed this field, and not to the same. ``None`` also stands for an option that is not set."""

    field: str
    mine: Any
    theirs: Any


def fields_of(snapshot: Mapping[str, Any]) -> Fields:
    """The fields of a snapshot, by their names."""
    options = snapshot.get(OPTIONS)
    if not isinstance(options, dict):
        return dict(snapshot)  # a program can store what is no object: it is one field then
    rest = {name: value for name, value in snapshot.items() if name != OPTIONS}
    return rest | {PREFIX + name: value for name, value in options.items()}


def snapshot_of(fields: Mapping[str, Any]) -> Snapshot:
    """A snapshot of these fields."""
    options = {name.removeprefix(PREFIX): value for name, value in fields.items() if name.startswith(PREFIX)}
    rest = {name: value for name, value in fields.items() if not name.startswith(PREFIX)}
    return {OPTIONS: options} | rest


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of the fields that differ, in order."""
    old, new = fields_of(before), fields_of(after)
    return sorted(name for name in old | new if old.get(name, MISSING) != new.get(name, MISSING))


def merge(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[Snapshot, list[Conflict]]:
    """What ``theirs`` becomes with the fields in which ``mine`` differs from ``base``; and the conflicts, in which it
    stays as it is in ``theirs``."""
    old, wanted, merged = fields_of(base), fields_of(mine), fields_of(theirs)
    conflicts = []
    for name in changed_fields(base, mine):
        value, current = wanted.get(name, MISSING), merged.get(name, MISSING)
        if current == value:
            continue
        if current != old.get(name, MISSING):
            conflicts.append(Conflict(name, *(None if one is MISSING else one for one in (value, current))))
        elif value is MISSING:
            del merged[name]
        else:
            merged[name] = value
    return snapshot_of(merged), conflicts
