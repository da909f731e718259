"""Interim."""

from collections.abc import Collection
from typing import Unpack

from series.storage.grid import Buckets
from series.storage.query import buckets

REDUCERS = (
    "mean",
    "min",
    "max",
    "sum",
    "count",
    "last",
    "increase",
    "rate",
    "delta",
    "p50",
    "p75",
    "p90",
    "p95",
    "p99",
)


def reduced(series_ids: Collection[int], reducer: str, **kwargs: Unpack[Buckets]) -> dict[int, list[float | None]]:
    known = buckets(series_ids, **kwargs)
    return {pk: [bucket and float(getattr(bucket, reducer)) for bucket in line] for pk, line in known.items()}


class TooManyPoints(ValueError):
    """Interim."""
