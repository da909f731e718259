"""The series that a selector means."""

from collections.abc import Iterable, Sequence

from series.evaluation import Chosen
from series.models import Series
from series.selectors import parse


def chosen(selector: str) -> Sequence[Chosen]:
    """All series that it means, in the order of their identities. Raises ``SelectorError``."""
    parsed = parse(selector)
    condition = {"name__startswith" if parsed.is_prefix else "name": parsed.name}
    some = Series.objects.filter(**condition).select_related("latest").order_by("identity")
    return [
        Chosen(one.pk, one.name, one.tags, one.expectation, one.holds_states)
        for one in some.iterator()
        if parsed.matches(one.name, one.tags)
    ]


def labels_of(series_ids: Iterable[int]) -> dict[int, tuple[str, dict[str, str]]]:
    """Name and tags of these series."""
    rows = Series.objects.filter(pk__in=series_ids).values_list("pk", "name", "tags")
    return {pk: (name, tags) for pk, name, tags in rows}
