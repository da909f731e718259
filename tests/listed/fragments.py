from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.contrib.auth.models import Group

from live import fragment, live_list


def groups(pks: Collection[int]) -> Mapping[int, Group]:
    return Group.objects.in_bulk(pks)


@fragment("listed/page.html#row", load_many=groups, depends_on=Group)
def row(group: Group, pk: int) -> dict[str, Any]:
    return {"group": group}


@row.visible_to_many
def _(user: Any, pks: Collection[int]) -> Iterable[int]:
    return Group.objects.filter(pk__in=pks).exclude(name__endswith="secret").values_list("pk", flat=True)


@live_list(row, depends_on=Group)
def rows() -> Iterable[int]:
    if Group.objects.filter(name="broken").exists():
        raise RuntimeError("it fails")
    return Group.objects.order_by("name").values_list("pk", flat=True)


@fragment("listed/page.html#item", load_many=groups, depends_on=Group)
def item(group: Group, pk: int) -> dict[str, Any]:
    return {"group": group}


@live_list(item)
def items(starts: str) -> Iterable[int]:
    """Those whose names start so: one that is called otherwise goes from one list to another."""
    return Group.objects.filter(name__startswith=starts).order_by("name").values_list("pk", flat=True)
