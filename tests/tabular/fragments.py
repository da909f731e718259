from typing import Any

from django.contrib.auth.models import Group

from live import fragment


@fragment("tabular/page.html#count")
def count() -> dict[str, Any]:
    return {"count": Group.objects.count()}


@fragment("tabular/page.html#rows")
def rows() -> dict[str, Any]:
    return {"pks": list(Group.objects.order_by("pk").values_list("pk", flat=True))}


@fragment("tabular/page.html#row")
def row(pk: int) -> dict[str, Any]:
    return {"group": Group.objects.get(pk=pk)}


@fragment("tabular/page.html#item")
def item(pk: int) -> dict[str, Any]:
    return {"group": Group.objects.get(pk=pk)}
