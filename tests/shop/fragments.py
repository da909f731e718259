from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from live import fragment
from tests.shop.models import Order


def orders(pks: Collection[UUID]) -> Mapping[UUID, Order]:
    return Order.objects.select_related("owner").in_bulk(list(pks))


@fragment("shop/orders.html#row", load_many=orders)
def row(order: Order, pk: UUID) -> dict[str, Any]:
    return {"order": order}


@fragment("shop/order.html#status")
def status(pk: UUID) -> dict[str, Any]:
    return {"order": Order.objects.get(pk=pk)}


@row.visible_to_many
def _(user: Any, pks: Collection[UUID]) -> Collection[UUID]:
    return set(Order.objects.filter(owner=user, pk__in=pks).values_list("pk", flat=True))
