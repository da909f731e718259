from uuid import UUID

from live import fragment
from shop.models import Item, Order


@fragment("shop/order.html", depends_on=Order)
def order(pk: UUID):
    return {"order": Order.objects.get(pk=pk)}


@order.visible_to
def _(user, pk):
    return Order.objects.filter(pk=pk, owner=user).exists()


# A template of Jinja2.
@fragment("shop/count.html", depends_on=Item)
def count(name: str):
    return {"item": Item.objects.get(name=name)}
