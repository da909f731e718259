"""Whether two readings of the database gave the same: what was loaded, as values that can be compared.

Instances of a model are equal to Django where their primary keys are. So what they hold is compared, with whatever was
read with them, and a copy of it is kept, as what was loaded may be changed by whoever gets it.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.safestring import SafeString

# Equal ones of the same type look the same; of these, those that are written in the same way.
PLAIN = frozenset([type(None), bool, int, str, SafeString, bytes, date, timedelta, UUID])
WRITTEN = frozenset([float, Decimal, datetime, time])


class _Incomparable(Exception):
    """Nobody knows what of this is seen."""


def snapshot(value: Any) -> Any:
    """What can be compared with another snapshot: equal ones are of what looks the same. None where nobody can say."""
    try:
        return _snapshot(value, {})
    except (_Incomparable, RecursionError):
        return None


def _snapshot(value: Any, seen: dict[int, tuple[int, Any]]) -> Any:
    kind = type(value)
    if kind in PLAIN:
        return kind, value
    if kind in WRITTEN:
        return kind, str(value)
    if id(value) in seen:
        return seen[id(value)][0]
    # With the value: the id of one that is gone, as a tuple made on the way, would soon be another one's.
    seen[id(value)] = len(seen), value
    if isinstance(value, Model):
        held = {name: part for name, part in value.__dict__.items() if name != "_state"}
        parts: Any = (held, value._state.fields_cache)
    elif isinstance(value, QuerySet) and value._result_cache is not None:
        parts = value._result_cache
    elif isinstance(value, dict):
        parts = (*value, *value.values())
    elif isinstance(value, (tuple, list)):
        parts = value
    else:
        raise _Incomparable
    # Most are plain, and need no call: a board is read with thousands of them.
    return kind, tuple([(type(part), part) if type(part) in PLAIN else _snapshot(part, seen) for part in parts])
