"""A point in time, kept as an integer: microseconds since 1970-01-01T00:00:00Z.

Points are put into buckets with integer arithmetic, which is the same on SQLite and PostgreSQL; functions on their
own timestamp types are not.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_microseconds(time: datetime) -> int:
    """Microseconds since the epoch, exact. Raises ``ValueError`` for a datetime without a zone."""
    try:
        return (time - EPOCH) // MICROSECOND
    except TypeError:  # asked only then: this is done for each point
        raise ValueError(f"{time!r} has no time zone; a point in time needs one.") from None


def from_microseconds(microseconds: int) -> datetime:
    """The moment in UTC, exact."""
    return EPOCH + timedelta(microseconds=microseconds)


class EpochField(models.BigIntegerField):  # type: ignore[type-arg]
    """An aware datetime in Python, a ``bigint`` of microseconds since the epoch in the database.

    A datetime without a zone is refused: with ``ValidationError`` in forms and ``full_clean()``, with ``ValueError``
    in ``save()`` and in filters.
    """

    description = "Point in time (microseconds since the epoch)"
    # BigIntegerField's are for integers: the types for mypy, and the validators.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any
    validators: Any = []

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, str):
            with suppress(ValueError):  # well formed, but no such moment: refused below
                value = parse_datetime(value) or value
        if value is not None and not isinstance(value, datetime):
            raise ValidationError("Enter a date and time in ISO 8601 form.", code="invalid")
        if value is not None and timezone.is_naive(value):
            raise ValidationError("The time has no time zone; add one, such as Z or +01:00.", code="naive")
        return value

    def get_prep_value(self, value: Any) -> int | None:
        try:
            time = self.to_python(value)
        except ValidationError as error:
            raise ValueError(f"{self.name}: {' '.join(error.messages)} It is {value!r}.") from None
        return None if time is None else to_microseconds(time)

    def from_db_value(self, value: int | None, *_: Any) -> datetime | None:
        return None if value is None else from_microseconds(value)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj).isoformat())

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        # Past BigIntegerField, which would add limits that are integers.
        return super(models.IntegerField, self).formfield(**{"form_class": forms.DateTimeField, **kwargs})
