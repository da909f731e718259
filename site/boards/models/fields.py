"""JSON in a column, as pages can show it: whatever a program has stored there."""

import json
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

# Half a character of UTF-16: JSON can name it, no page can show it, and PostgreSQL does not store it.
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
REPLACEMENT = "\ufffd"


class JSONField(models.JSONField):
    """Django's, of which every text can be shown. To migrations it is Django's."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """What is stored, with a sign of replacement for half a character."""
        data = super().from_db_value(value, expression, connection)
        if isinstance(value, str) and "\\ud" in value.lower():
            data = json.loads(LONE_SURROGATE.sub(REPLACEMENT, json.dumps(data, ensure_ascii=False)))
        return data

    def validate(self, value: Any, model_instance: Any) -> None:
        """Refuse texts that could not be shown."""
        super().validate(value, model_instance)
        if LONE_SURROGATE.search(json.dumps(value, ensure_ascii=False)):
            raise ValidationError(_("A lone surrogate is no character."))
