"""The boards that a token may read and edit: those of its user, as far as its scopes name their addresses."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, JsonResponse

from api.caller import Caller, caller_of
from api.paging import not_found
from boards.documents.apply import Invalid
from boards.documents.problems import IN_NO_TEXT, path_text
from boards.lookup import board_for
from boards.models import Board, Panel
from boards.permissions import may_edit
from live.api import Refused, etag_of

READ, EDIT = "boards.read", "boards.edit"
# What is wrong with a document, in one message.
MAX_PROBLEMS = 10


def user_of(request: HttpRequest) -> User:
    """As whom the token acts. Raises ``Refused``: each change of a board is in its history, and is somebody's."""
    user = caller_of(request).token.user
    if user is None:
        message = "For boards and panels a token needs a user as whom it acts; make one as a person, under /tokens/."
        raise Refused(403, "forbidden", message)
    return user


def may_read(caller: Caller, address: str) -> bool:
    """Whether a scope names this board: to edit is to read, too."""
    return caller.may(f"{READ}:{address}") or caller.may(f"{EDIT}:{address}")


def board_seen(request: HttpRequest, address: str) -> Board:
    """The board of this address. Raises ``Refused``: what one may not see is not there."""
    user = user_of(request)
    # No database looks for what no text can have.
    if IN_NO_TEXT.search(address) or not may_read(caller_of(request), address):
        raise not_found("board", address)
    try:
        return board_for(user, slug=address)
    except Http404:
        raise not_found("board", address) from None


def board_edited(request: HttpRequest, address: str) -> Board:
    """The same, to change it: 403 for who may only see it."""
    board = board_seen(request, address)
    check_scope(request, address)
    if not may_edit(user_of(request), board.pk):
        raise Refused(403, "forbidden", f"{user_of(request)} may not edit the board {address}.")
    return board


def check_scope(request: HttpRequest, address: str) -> None:
    """Raise ``Refused`` where no scope permits to edit a board of this address."""
    if not caller_of(request).may(f"{EDIT}:{address}"):
        raise Refused(403, "forbidden", f"This token may not edit the board {address}; it needs {EDIT}:{address}.")


def panel_seen(request: HttpRequest, pk: int) -> Panel:
    """The panel of this key, on a board that may be seen. Raises ``Refused``."""
    panel = Panel.objects.select_related("board").filter(pk=pk).first()
    try:
        board = board_seen(request, panel.board.slug if panel else "")
    except Refused as error:
        raise (not_found("panel", pk) if error.status == 404 else error) from None
    assert panel is not None
    panel.board = board
    return panel


def panel_edited(request: HttpRequest, pk: int) -> Panel:
    """The same, on a board that may be edited."""
    panel = panel_seen(request, pk)
    panel.board = board_edited(request, panel.board.slug)
    return panel


def invalid(error: Invalid, of_panel: int | None = None) -> Refused:
    """Why a document was not applied: all that is wrong with it, each with its path; of a panel below that."""
    start = ("panels", of_panel)
    problems = [one._replace(path=one.path[2:]) if one.path[:2] == start else one for one in error.problems]
    words = " ".join(map(str, problems[:MAX_PROBLEMS]))
    return Refused(422, "cannot_be", words, field=path_text(problems[0].path) or None)


def answer(content: Mapping[str, Any], status: int = 200) -> JsonResponse:
    """A board or panel, with the ``ETag`` by which a change of what was read is recognised."""
    return JsonResponse(content, status=status, headers={"ETag": etag_of(content)})
