"""How series are found and made."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from series.samples import MAX_LABEL_LENGTH
from series.signals import series_made
from series.storage.statements import among, fetch
from series.values import ValueType
from tokens.models import Token

HOUR = timedelta(hours=1)
NUMBER = ValueType.NUMBER.value


class TooManySeries(Exception):
    """A token may not make so many series now. ``new``: the first one that it would have made. ``wait``: after which
    it may; None where it never may make so many together.
    """

    def __init__(self, new: str, wait: timedelta | None, message: str) -> None:
        super().__init__(message)
        self.new, self.wait = new, wait


class SeriesManager(models.Manager[Any]):
    """Finds and makes series."""

    def ids_of(self, identities: Collection[str]) -> dict[str, int]:
        """The ids of the series that there are, by their identities. Takes one query."""
        return self.known(identities)[0]

    def known(self, identities: Collection[str]) -> tuple[dict[str, int], dict[str, str]]:
        """The same, and the ``ValueType`` of those of them that hold states, by their identities, too."""
        if not identities:
            return {}, {}
        # Asked for at each commit: the ORM would take longer to write this than the database to answer it.
        condition, parameters = among("identity", identities)
        columns = f'identity, id, value_type FROM "{self.model._meta.db_table}"'
        rows = fetch(f"SELECT {columns} WHERE {condition}", parameters)
        types = {identity: value_type for identity, _pk, value_type in rows if value_type != NUMBER}
        return {identity: pk for identity, pk, _value_type in rows}, types

    def make(
        self,
        labels: Mapping[str, tuple[str, Mapping[str, str]]],
        *,
        creator: Token | None = None,
        types: Mapping[str, str] = MappingProxyType({}),
    ) -> dict[str, int]:
        """Make the series ``{identity: (name, tags)}`` that there are not yet, and return the ids of all of them.

        Two processes that make the same series at once both succeed: the database keeps one, and both read that one
        back. Those that are made for a ``creator`` count as that token's; ``TooManySeries`` beyond
        ``NEW_SERIES_PER_HOUR``. They hold numbers, or what ``types`` says.
        """
        if not labels:
            return {}
        # In order, so that two transactions that wait for each other's rows wait in the same direction.
        missing = sorted(labels)
        if creator is not None:
            self._check_limit(creator, missing)
        self.bulk_create(
            [
                self.model(identity=key, name=name, tags=dict(tags), creator=creator, value_type=types.get(key, NUMBER))
                for key, (name, tags) in ((key, labels[key]) for key in missing)
            ],
            ignore_conflicts=True,
        )
        ids = self.ids_of(missing)
        series_made.send(sender=self.model, series_ids=frozenset(ids.values()))
        return ids

    def _check_limit(self, creator: Token, missing: list[str]) -> None:
        # Whoever makes others with the same token at the same time waits here until these are committed, and counted.
        Token.objects.select_for_update().filter(pk=creator.pk).first()
        now, most = timezone.now(), settings.NEW_SERIES_PER_HOUR
        recent = self.filter(creator=creator, created__gt=now - HOUR).order_by("created")
        made = recent.count()
        over = made + len(missing) - most
        if over > 0:
            message = (
                f"The token {creator.name!r} may make {most} series an hour (NEW_SERIES_PER_HOUR). It has made {made},"
                f" and this would make {len(missing)} more, such as {missing[0][:MAX_LABEL_LENGTH]}."
                " Is a tag in it that never comes twice?"
            )
            # Once those are an hour old that are too many.
            wait = recent.values_list("created", flat=True)[over - 1] + HOUR - now if over <= made else None
            raise TooManySeries(missing[0], wait, message)
