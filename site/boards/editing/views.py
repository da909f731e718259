"""The pages on which a board is edited."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from boards import fragments as fragments_of_boards
from boards import kinds
from boards.editing import fragments
from boards.editing.actions import act, add
from boards.editing.decorators import for_editors
from boards.editing.outcome import Outcome, Refused
from boards.editing.tools import KEYS
from boards.models import Board
from boards.requests import HtmxHttpRequest
from live.rendering.tree import html_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def edit(request: HtmxHttpRequest, board: Board) -> HttpResponse:
    """The page on which a board is edited. A POST is one action, by htmx or as a plain form."""
    if request.method == "POST":
        return respond(request, board, lambda: act(request.user, board, request.POST))
    newest = board.revisions.order_by("-pk").values_list("pk", flat=True).first() or 0
    context = {"board": board, "known": newest, "keys": KEYS}
    # Where there is nothing to edit yet, the kinds to begin with.
    return render(request, "boards/edit.html", context | ({} if board.panels.exists() else {"groups": groups()}))


def groups() -> list[tuple[object, list[kinds.Kind]]]:
    """The kinds of panel, by what one wants to see."""
    return [(group.label, [kind for kind in kinds.every() if kind.group == group]) for group in kinds.Group]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def add_panel(request: HtmxHttpRequest, board: Board) -> HttpResponse:
    """The kinds of panel as pictures, and a new panel of the one that is chosen."""
    if request.method == "POST":
        return respond(request, board, lambda: add(request.user, board, request.POST.get("kind", "")), opens_form=True)
    partial = "#picker" if request.htmx else ""
    return render(request, f"boards/edit_add.html{partial}", {"board": board, "groups": groups()})


def respond(
    request: HtmxHttpRequest, board: Board, act: Callable[[], Outcome], opens_form: bool = False
) -> HttpResponse:
    """Run an action and respond with its outcome, or with why it was refused. ``opens_form``: open the panel's form."""
    try:
        outcome, refused = act(), False
    except Refused as error:
        outcome, refused = Outcome(str(error)), True
    if request.htmx:
        context = {"board": board, "outcome": outcome, "refused": refused, "opens_form": opens_form}
        response = render(request, "boards/edit_outcome.html", context)
        # With the response, so that it works where the socket is away.
        response.write(html_of(fragments.edit_board.key(pk=board.pk)))
        return response
    messages.add_message(request, messages.ERROR if refused else messages.SUCCESS, outcome.words)
    if opens_form and outcome.panel:
        return redirect("boards:panel-edit", board.slug, outcome.panel)
    return redirect(address_of(board, outcome.panel))


def address_of(board: Board, panel: int | None = None) -> str:
    """Where a board is edited, scrolled to one of its panels if that is named."""
    page = reverse("boards:edit", args=[board.slug])
    return f"{page}#{fragments_of_boards.panel.key(pk=panel).element}" if panel else page
