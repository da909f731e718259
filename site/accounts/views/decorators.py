"""Who is let in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from accounts import roles


def for_admins(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view for admins: 403 for others, and the page to sign in for whoever is not signed in."""

    @never_cache
    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not roles.is_admin(request.user):
            raise PermissionDenied
        return view(request, **kwargs)

    return wrapped
