from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from shop.models import Item, Order


@never_cache
@login_required
def orders(request):
    return render(request, "shop/orders.html", {"orders": Order.objects.filter(owner=request.user)[:1]})


@login_required
def more(request):
    """What htmx adds to the page."""
    return render(request, "shop/more.html", {"orders": Order.objects.filter(owner=request.user)[1:]})


@login_required
def pay(request, pk):
    Order.objects.filter(pk=get_object_or_404(Order, pk=pk, owner=request.user).pk).update(paid_at=datetime.now())
    return HttpResponse("thank you")


@never_cache
def stock(request):
    return render(request, "shop/stock.html", {"items": Item.objects.order_by("name")}, using="jinja2")
