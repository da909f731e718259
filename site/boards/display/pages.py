"""The page of a board's display links: who may edit the board makes them there, and takes them back."""

from typing import NamedTuple

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from boards.display.forms import DisplayLinkForm, OriginsForm
from boards.editing.decorators import for_editors
from boards.layout import cells_of
from boards.models import Board, DisplayLink
from boards.permissions import may_see_board
from boards.variables.tiles import tiles_of

# Of the grid on a wide page, and of what is above it (static/boards/boards.css).
ROW_PIXELS, HEAD_PIXELS = 92, 96


class Embed(NamedTuple):
    """What a page of another site needs: addresses of the board and of the script, and the height of a wide frame."""

    address: str
    script: str
    height: int


class Entry(NamedTuple):
    """A link with its whole addresses."""

    link: DisplayLink
    address: str
    embed: Embed
    is_over: bool


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def displays(request: HttpRequest, board: Board) -> HttpResponse:
    """The links there are, and a form for another one."""
    form = DisplayLinkForm(board, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.instance.created_by_id = request.user.pk
        link = form.save()
        messages.success(request, _("“%s” has a link now.") % link.name)
        return redirect("boards:displays", board.slug)
    return _page(request, board, form, OriginsForm(instance=board, label_suffix=""))


@require_POST
@for_editors
def origins(request: HttpRequest, board: Board) -> HttpResponse:
    """Save which sites may show the board."""
    form = OriginsForm(request.POST, instance=board, label_suffix="")
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved: which sites may show this board."))
        return redirect("boards:displays", board.slug)
    board.refresh_from_db()
    return _page(request, board, DisplayLinkForm(board), form)


@require_POST
@for_editors
def revoke(request: HttpRequest, board: Board, pk: int) -> HttpResponse:
    """Delete a link; the screens that it opened go dark within seconds."""
    link = get_object_or_404(board.display_links, pk=pk)
    link.delete()
    messages.success(request, _("“%s” is revoked; its screens go dark.") % link.name)
    return redirect("boards:displays", board.slug)


def _page(request: HttpRequest, board: Board, form: DisplayLinkForm, origins: OriginsForm) -> HttpResponse:
    now = timezone.now()
    entries = [
        Entry(
            link,
            request.build_absolute_uri(link.get_absolute_url()),
            _embed(request, board, link.embed_path),
            link.expires is not None and link.expires <= now,
        )
        for link in board.display_links.all()
    ]
    context = {
        "board": board,
        "entries": entries,
        "form": form,
        "origins": origins,
        "is_public": may_see_board(AnonymousUser(), board.pk),
        "public_embed": _embed(request, board, reverse("boards:embed", args=[board.slug])),
    }
    return render(request, "boards/displays.html", context, status=422 if form.errors or origins.errors else 200)


def _embed(request: HttpRequest, board: Board, path: str) -> Embed:
    address = request.build_absolute_uri(path)
    rows = max(
        (cell.row + cell.height for cell in cells_of(tile.panel for tile in tiles_of(board, "").tiles)), default=0
    )
    return Embed(address, request.build_absolute_uri(static("boards/embed.js")), HEAD_PIXELS + rows * ROW_PIXELS)
