from typing import Any

from django.contrib.auth.models import Group

from live import fragment


@fragment("hosted/page.html#count")
def count() -> dict[str, Any]:
    return {"count": Group.objects.count()}


@fragment("hosted/parts.html#item")
def item(pk: int) -> dict[str, Any]:
    return {"group": Group.objects.get(pk=pk)}


@item.visible_to
def _(user: Any, pk: int) -> bool:
    return not Group.objects.filter(pk=pk, name__startswith="Secret").exists()
