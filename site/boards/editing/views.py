"""The pages on which a board is edited."""

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boards.editing.permissions import may_edit
from boards.models import Board


def board_to_edit(request: HttpRequest, slug: str) -> Board | HttpResponse:
    """The board, or the way to sign in for whoever is not. ``PermissionDenied`` for those who may not edit it, and 404
    if there is none."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    board = get_object_or_404(Board, slug=slug)
    if not may_edit(request.user, board.pk):
        raise PermissionDenied
    return board


@never_cache
@require_safe
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """A board with its panels in hand."""
    board = board_to_edit(request, slug)
    return board if isinstance(board, HttpResponse) else render(request, "boards/edit.html", {"board": board})
