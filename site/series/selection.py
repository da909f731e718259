"""The series that a selector means."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from series.evaluation import Chosen
from series.models import Series
from series.selectors import parse
from series.storage.query import latest_before


def chosen(selector: str, moment: datetime | None = None) -> Sequence[Chosen]:
    """All series that it means, in the order of their identities; of those that were made after a ``moment`` only what
    has a point up to then. Raises ``SelectorError``."""
    parsed = parse(selector)
    condition = {"name__startswith" if parsed.is_prefix else "name": parsed.name}
    rows = Series.objects.filter(**condition).select_related("latest").order_by("identity")
    some = [one for one in rows.iterator() if parsed.matches(one.name, one.tags)]
    if moment is not None and (later := {one.pk for one in some if one.created > moment}):
        later -= latest_before(later, moment).keys()
        some = [one for one in some if one.pk not in later]
    return [Chosen(one.pk, one.name, one.tags, one.expectation, one.holds_states) for one in some]


def labels_of(series_ids: Iterable[int]) -> dict[int, tuple[str, dict[str, str]]]:
    """Name and tags of these series."""
    rows = Series.objects.filter(pk__in=series_ids).values_list("pk", "name", "tags")
    return {pk: (name, tags) for pk, name, tags in rows}
