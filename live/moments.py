"""Moments in projects with ``USE_TZ`` and without. In code they are always aware.

Without it, what Django reads from the database and from forms is naive, in ``TIME_ZONE``: it is made aware where it
comes in, and naive where it is written.
"""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone


def now() -> datetime:
    """The current time."""
    return timezone.now() if settings.USE_TZ else datetime.now(UTC)


def to_aware(moment: datetime) -> datetime:
    """The same moment; a naive one is in ``TIME_ZONE``."""
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment, timezone.get_default_timezone())


class MomentField(models.DateTimeField):  # type: ignore[type-arg]
    """A ``DateTimeField`` that has aware datetimes. In a migration it is Django's own."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, kwargs

    def get_default(self) -> Any:
        return self.to_python(super().get_default())

    def to_python(self, value: Any) -> Any:
        moment = super().to_python(value)
        return to_aware(moment) if isinstance(moment, datetime) else moment

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """What Django calls with each value that it reads."""
        return to_aware(value) if isinstance(value, datetime) else value

    def get_prep_value(self, value: Any) -> Any:
        moment = super().get_prep_value(value)
        if isinstance(moment, datetime) and not settings.USE_TZ:
            return timezone.make_naive(moment, timezone.get_default_timezone())
        return moment

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        moment = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, moment)
        return moment
