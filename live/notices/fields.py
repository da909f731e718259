"""A model field that holds recipients: text in the database, typed in Python."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from live.notices.recipient_kinds import Recipients, RecipientsError

if TYPE_CHECKING:
    Text = models.CharField[Recipients | str, Recipients]
else:
    Text = models.CharField


def validate_recipients(text: str) -> None:
    """``ValidationError`` where there are no recipients of that kind."""
    try:
        Recipients.from_text(text).check()
    except RecipientsError as error:
        raise ValidationError(str(error)) from None


class Typed(DeferredAttribute):
    """Whatever is assigned, as text or typed, is typed when it is read."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        typed = value if isinstance(value, Recipients) else Recipients.from_text(str(value))
        instance.__dict__[self.field.attname] = typed


class RecipientsField(Text):
    """Its value is ``Recipients``; stored, in forms, in queries and for validators it is their text."""

    descriptor_class = Typed
    default_validators = [validate_recipients]

    def from_db_value(self, value: str, expression: Any, connection: Any) -> Recipients:
        return Recipients.from_text(value)

    def value_from_object(self, obj: models.Model) -> Any:
        return str(super().value_from_object(obj))
