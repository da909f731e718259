"""The home page, and what its buttons do: each is a plain POST, and htmx is not needed."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from boards.editing.views import address_of
from boards.first_steps import first_steps, token_of
from boards.home import adding
from boards.home.fragments import ALL, STARRED
from boards.home.offers import boards_to_add_to, offer_named
from boards.lookup import board_for
from boards.models import DismissedSeries, Favourite
from boards.permissions import boards_edited, boards_of, editing, is_editor, may_add_boards, may_edit
from boards.settings.forms import NewBoardForm
from boards.views import board_page
from series.models import Series
from tokens.models import Token

MAX_SEARCH_CHARACTERS = 100
# Instead of the key of a board: one that is made for the panel.
NEW = "new"


def for_signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of a button. Others are led to sign in and then home: nobody comes back to what a button has sent."""

    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return view(request, **kwargs) if request.user.is_authenticated else redirect_to_login("/")

    return wrapped


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The boards that this visitor may open."""
    return index_page(request)


def index_page(request: HttpRequest, secret: str = "") -> HttpResponse:
    """The whole page; ``secret``: of a token that was just made, and is shown this once."""
    show = STARRED if request.user.is_authenticated and request.GET.get("show") == STARRED else ALL
    context = {
        "show": show,
        "q": request.GET.get("q", "").replace("\0", "")[:MAX_SEARCH_CHARACTERS].strip(),
        "may_add": may_add_boards(request.user),
        "has_boards": boards_of(request.user).exists(),
        **first_steps(request, secret=secret),
    }
    return render(request, "boards/index.html", context)


@require_POST
@for_signed_in
def star(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a board as a favourite, or not any more: ``starred`` is 1 or 0."""
    board = board_for(request.user, pk=pk)
    mine: dict[str, Any] = {"user_id": request.user.pk or 0, "board": board}
    if request.POST.get("starred") == "1":
        Favourite.objects.get_or_create(**mine)
    else:
        Favourite.objects.filter(**mine).delete()
    return _back(request)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_board(request: HttpRequest) -> HttpResponse:
    """A form of a title and who may see it; what it makes is edited at once by whoever may."""
    if not may_add_boards(request.user):
        raise PermissionDenied
    form = NewBoardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            board = adding.make_board(request.user, form.cleaned_data["title"], view_by=form.cleaned_data["view_by"])
            board.view_groups.set(form.cleaned_data["view_groups"])
        return redirect("boards:edit", board.slug) if may_edit(request.user, board.pk) else redirect(board)
    return render(request, "boards/new_board.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_signed_in
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """The boards onto which an offer can be put; and put it there: onto ``board``, its key, or ``NEW``; without one
    onto the first board that they may edit."""
    wanted = request.POST.get("board", "")
    mine = boards_edited(editing(request.user))
    board = None if wanted == NEW else mine.order_by("pk").first()
    if wanted not in ("", NEW):
        board = board_for(request.user, pk=int(wanted) if wanted.isdecimal() and len(wanted) < 19 else 0)
    if not (may_edit(request.user, board.pk) if board else is_editor(request.user) and may_add_boards(request.user)):
        raise PermissionDenied
    series = get_object_or_404(Series, pk=pk)
    offer = offer_named(series.name)
    if offer is None:
        messages.info(request, _("“%s” is on a board by now.") % series.name)
        return _back(request)
    if request.method != "POST":
        new = NEW if may_add_boards(request.user) else ""
        return render(request, "boards/choose_board.html", {"offer": offer, "to": boards_to_add_to(mine), "new": new})
    panel = adding.add_panel(request.user, series.name, board, "" if wanted == NEW else _("My board"))
    if panel is None:
        messages.info(request, _("“%s” is on a board by now.") % series.name)
        return _back(request)
    return redirect(address_of(panel.board, panel.pk))


@require_POST
@for_signed_in
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer series of this name to nobody any more."""
    if not is_editor(request.user):
        raise PermissionDenied
    series = get_object_or_404(Series, pk=pk)
    DismissedSeries.objects.get_or_create(name=series.name, defaults={"by_id": request.user.pk})
    return _back(request)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def make_token(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Make a token that may write all series, and show its secret in the command, once: on the page of a board, or on
    the home page. Links on that page to other views of itself lead here, and on to it."""
    page = reverse("boards:board", args=[slug]) if slug else reverse("boards:index")
    if request.method != "POST":
        return redirect(f"{page}?{request.META['QUERY_STRING']}")
    if not request.user.is_authenticated:
        return redirect_to_login(page)
    if not request.user.has_perm("tokens.add_token"):
        raise PermissionDenied
    board = board_for(request.user, slug=slug) if slug else None
    secret = Token.objects.renew(**token_of(request))
    return board_page(request, board, secret=secret) if board else index_page(request, secret)


def _back(request: HttpRequest) -> HttpResponse:
    """To the page that the button was on."""
    back = request.POST.get("back", "")
    here = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if here and not urlsplit(back).netloc else "/")
