"""``/in`` logs in as the owner of all orders; ``/live-orders/`` and ``/orders/`` are one page, with live and without,
and so are ``/live-order/`` and ``/order/``; ``/pay`` is what happens to one of the orders."""

from uuid import UUID

from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from tests.shop.fragments import row
from tests.shop.models import Order


def log_in(request: HttpRequest) -> HttpResponse:
    login(request, get_user_model().objects.get())
    return HttpResponse("")


@login_required
def orders(request: HttpRequest, pk: UUID | None = None, live: bool = False) -> HttpResponse:
    mine = Order.objects.filter(owner=request.user).order_by("number")  # type: ignore[misc]
    shown = {"pks": mine.values_list("pk", flat=True)} if live else {"orders": mine.select_related("owner")}
    return render(request, "shop/orders.html", {"live": live, **shown})


@login_required
def order(request: HttpRequest, live: bool = False) -> HttpResponse:
    return render(request, "shop/order.html", {"live": live, "order": Order.objects.filter(owner=request.user).first()})  # type: ignore[misc]


def pay(request: HttpRequest, number: int, status: str) -> HttpResponse:
    Order.objects.filter(number=number).update(status=status)
    row.changed(pk=Order.objects.get(number=number).pk)
    return HttpResponse("")


urlpatterns = [
    path("in", log_in, name="login"),
    path("orders/", orders, name="orders"),
    path("orders/<uuid:pk>", orders, name="order"),
    path("live-orders/", orders, {"live": True}),
    # With tests.shop.announcing.
    path("order/", order),
    path("live-order/", order, {"live": True}),
    path("pay/<int:number>/<status>", pay),
    path("live/", include("live.urls")),
]
