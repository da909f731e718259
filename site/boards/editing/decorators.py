"""What every view of editing begins with: whose board it is, and whether they may."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from boards.lookup import board_for
from boards.permissions import may_edit
from boards.requests import HtmxHttpRequest


def for_editors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Pass the board of that ``slug`` to a view, for those who may edit it: 404 for those who may not even see it, and
    for the others 403, or the page to sign in if they are not signed in."""

    @wraps(view)
    def wrapped(request: HtmxHttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        board = board_for(request.user, slug=slug)
        if not may_edit(request.user, board.pk):
            if request.user.is_authenticated:
                raise PermissionDenied
            return _sign_in(request, slug)
        return view(request, board, **kwargs)

    return wrapped


def _sign_in(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    by_htmx = bool(request.htmx)
    # Nobody comes back to what a button has sent, or to a part of a page.
    is_page = request.method in ("GET", "HEAD") and not by_htmx
    login = redirect_to_login(request.get_full_path() if is_page else reverse("boards:edit", args=[slug]))
    # htmx would follow a redirect by itself and put the login page into this one, or nowhere.
    return HttpResponseClientRedirect(login.url) if by_htmx else login
