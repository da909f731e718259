"""A number and a moment, which a nested fragment shows, as the name of a group says: "1250.5"."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction

from live import fragment

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)


@fragment("languages/page.html#outer")
def outer() -> dict[str, Any]:
    return {"number": float(Group.objects.get(pk=1).name)}


@fragment("languages/page.html#inner")
def inner() -> dict[str, Any]:
    return {"number": float(Group.objects.get(pk=1).name), "moment": NOON}


@fragment("languages/page.html#inner")
def going() -> dict[str, Any]:
    """Gone when there is no such group any more."""
    return {"number": Group.objects.get(pk=2).pk, "moment": NOON}


def write(number: float) -> None:
    """Show this number from now on."""
    with transaction.atomic():
        Group.objects.update_or_create(pk=1, defaults={"name": str(number)})
        outer.changed()
        inner.changed()
