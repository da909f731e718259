"""What a page that stays open asks now and then: for its session to go on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def session(request: HttpRequest) -> HttpResponse:
    """Words where the session ends soon and cannot be renewed; else nothing. That it was asked has renewed it
    (``accounts.middleware``). Whoever is not signed in any more hears it from the page itself, which ends."""
    if not request.user.is_authenticated:
        return HttpResponse(status=204)
    return render(request, "accounts/session.html#end")
