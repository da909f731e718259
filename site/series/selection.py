"""The series that a selector means."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from types import MappingProxyType

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from series.evaluation import Chosen
from series.freshness import expectation
from series.making import NUMBER
from series.matchers import Selector, UnknownVariable, Values
from series.models import Series
from series.queries import QueryError
from series.samples import identity_of
from series.selectors import parse
from series.storage.query import latest_before

COLUMNS = (
    *("pk", "name", "tags", "value_type"),
    *("expected_interval", "grace", "latest__learned_interval", "created"),
)

NO_VALUES: Values = MappingProxyType({})


def candidates(selector: Selector) -> QuerySet[Series]:
    """Series among which are all that a selector means, in the order of their identities."""
    some = Series.objects.filter(**{"name__startswith" if selector.is_prefix else "name": selector.name})
    for matcher in selector.matchers:
        if matcher.operator == "=" and matcher.text:  # of thousands these are few: the others are not even read
            some = some.filter(identity__contains=identity_of("", {matcher.tag: matcher.text})[1:-1])
    return some.order_by("identity")


def chosen(selector: str, moment: datetime | None = None, values: Values = NO_VALUES) -> Sequence[Chosen]:
    """All series that it means, in the order of their identities; of those that were made after a ``moment`` only what
    has a point up to then. ``values`` are those of variables. Raises ``SelectorError``, and ``QueryError`` for a
    variable that has none."""
    try:
        parsed = parse(selector).filled(values)
    except UnknownVariable as error:
        raise QueryError("selector", str(error)) from error
    rows = [row for row in candidates(parsed).values_list(*COLUMNS) if parsed.matches(row[1], row[2])]
    if moment is not None and (later := {pk for pk, *_rest, created in rows if created > moment}):
        later -= latest_before(later, moment).keys()
        rows = [row for row in rows if row[0] not in later]
    return [
        Chosen(pk, name, tags, expectation(interval, grace, learned), value_type != NUMBER)
        for pk, name, tags, value_type, interval, grace, learned, _created in rows
    ]


def labels_of(series_ids: Iterable[int]) -> dict[int, tuple[str, dict[str, str]]]:
    """Name and tags of these series."""
    rows = Series.objects.filter(pk__in=series_ids).values_list("pk", "name", "tags")
    return {pk: (name, tags) for pk, name, tags in rows}


def ranks_of(series_ids: Iterable[int]) -> dict[int, int]:
    """How many older series of the same name each of these has."""
    older = Series.objects.filter(name=OuterRef("name"), pk__lt=OuterRef("pk")).order_by().values("name")
    count = Coalesce(Subquery(older.annotate(count=Count("pk")).values("count")), 0)
    return dict(Series.objects.filter(pk__in=series_ids).values_list("pk", count))
