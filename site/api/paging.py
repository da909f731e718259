"""Lists in pages, by the key of the last one that was answered, so that what is added meanwhile shifts nothing."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from live.api import Refused

M = TypeVar("M", bound=Model)


def page(some: QuerySet[M], after: int | None, limit: int, as_json: Callable[[M], dict[str, Any]]) -> dict[str, Any]:
    """Some of those that are ordered by their keys, up or down, behind the key ``after``."""
    comparison = "lt" if some.query.order_by == ("-pk",) else "gt"
    if after is not None:
        some = some.filter(**{f"pk__{comparison}": after})
    rows = list(some[: limit + 1])
    more = len(rows) > limit
    return {"items": [as_json(row) for row in rows[:limit]], "next": rows[limit - 1].pk if more else None}


def not_found(what: str, key: object) -> Refused:
    """404, the same whether there is no such thing or it is not for whoever asks."""
    return Refused(404, "not_found", f"There is no {what} {key}.")
