"""Boards as documents: the same that ``boards.documents`` exports and imports."""

from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from ninja import Body, Field, Router, Schema, Status

from api.board_access import EDIT, READ, answer, board_edited, board_seen, check_scope, invalid, may_read, user_of
from api.caller import TokenAuth, caller_of
from api.described import described
from api.schemas import After, Input, Key, Limit, Page
from boards.documents.apply import Invalid, apply
from boards.documents.check import check
from boards.documents.columns import OWNER, VERSION
from boards.documents.export import document_of
from boards.documents.permit import rule_of
from boards.editing.history import lock
from boards.editing.undo import undo
from boards.home.adding import make_board
from boards.models import Board, Favourite
from boards.permissions import boards_of, may_add_boards, may_delete, may_edit, may_edit_by, may_own
from live.api import Refused, check_unchanged, etag_of

router = Router(auth=TokenAuth(READ, EDIT), tags=["boards"])

Document = Annotated[dict[str, Any], Body()]
# Of a board that has no address yet, while it is checked.
ANY_ADDRESS = "board"


class BoardLine(Schema):
    """A board in a list."""

    address: str = Field(description="The last part of /boards/…/")
    title: str
    note: str
    view_by: str = Field(description="Who may see it.")
    panels: int = Field(description="How many it has.")
    may_edit: bool
    starred: bool


class Undone(Schema):
    """What was undone, in words; the panel, if it is there."""

    words: str
    panel: int | None


class WhatToUndo(Input):
    """Which change, if not the last one."""

    revision: Key | None = Field(None, description="The last one of this user, if left out.")


@router.get("boards", response=Page[BoardLine])
def list_boards(request: HttpRequest, after: After = None, limit: Limit = 100) -> dict[str, Any]:
    """The boards that the user of this token may see, as far as its scopes name them."""
    user, caller = user_of(request), caller_of(request)
    rows = boards_of(user).order_by("pk").values_list("pk", "slug")
    keys = [pk for pk, slug in rows if may_read(caller, slug) and pk > (after or 0)]
    shown = keys[:limit]
    boards = Board.objects.filter(pk__in=shown).annotate(number=Count("panels")).order_by("pk")
    starred = set(Favourite.objects.filter(user_id=user.pk, board__in=shown).values_list("board", flat=True))
    items = [
        {name: getattr(board, name) for name in ("title", "note", "view_by")}
        | {"address": board.slug, "panels": board.number, "starred": board.pk in starred}
        | {"may_edit": may_edit(user, board.pk) and caller.may(f"{EDIT}:{board.slug}")}
        for board in boards
    ]
    return {"items": items, "next": shown[-1] if len(keys) > limit else None}


@router.post("boards", openapi_extra=described(201, "Board", body="NewBoard"))
@transaction.atomic
def make(request: HttpRequest, body: Document) -> HttpResponse:
    """Make a board, with panels or without. A title is enough: the address is made of it."""
    user = user_of(request)
    if not may_add_boards(user):
        raise Refused(403, "forbidden", f"{user} may not make boards.")
    if problems := check({"version": VERSION, "address": ANY_ADDRESS} | body):
        raise invalid(Invalid(problems))
    address = body.get("address")
    if address and Board.objects.filter(slug=address).exists():
        raise Refused(409, "conflict", f"There is a board of the address {address}.", field="address")
    board = make_board(user, body["title"])
    if address:
        board.slug = address
        board.save(update_fields=["slug"])
    check_scope(request, board.slug)
    return _changed(request, board, {name: value for name, value in body.items() if name != "address"}, status=201)


@router.get("boards/{slug:address}", openapi_extra=described(200, "Board"))
def get_board(request: HttpRequest, address: str) -> HttpResponse:
    """A board with its panels."""
    return answer(document_of(board_seen(request, address)))


@router.patch("boards/{slug:address}", openapi_extra=described(200, "Board", body="BoardChange", if_match=True))
@transaction.atomic
def change_board(request: HttpRequest, address: str, body: Document) -> HttpResponse:
    """Change what is named, the rest stays; null is as it is by itself. With `panels` these are all that there are."""
    board = board_edited(request, address)
    lock(board.pk)
    check_unchanged(request, etag_of(document_of(board)))
    if OWNER in body and not may_own(user_of(request), board.pk):
        raise Refused(403, "forbidden", "Only its owner may give it to somebody else.", field=OWNER)
    wanted = body.get("address")
    if wanted and wanted != board.slug:
        _move(request, board, wanted)
    return _changed(request, board, {name: value for name, value in body.items() if name != "address"})


@router.delete("boards/{slug:address}", response={204: None})
def delete_board(request: HttpRequest, address: str) -> Status[None]:
    """Delete a board with its panels. That cannot be undone; the series stay."""
    board = board_edited(request, address)
    if not may_delete(user_of(request), board.pk):
        raise Refused(403, "forbidden", f"{user_of(request)} may not delete the board {address}.")
    board.delete()
    return Status(204, None)


@router.post("boards/{slug:address}/undo", response=Undone)
def undo_change(request: HttpRequest, address: str, body: WhatToUndo) -> dict[str, Any]:
    """Take back a change that the user of this token has made to a panel, through the API or on a page."""
    outcome = undo(user_of(request), board_edited(request, address), body.revision or 0)
    return {"words": outcome.words, "panel": outcome.panel}


@router.put("boards/{slug:address}/star", response={204: None})
def star_board(request: HttpRequest, address: str) -> Status[None]:
    """Mark a board as a favourite of the user."""
    board = board_seen(request, address)
    Favourite.objects.get_or_create(user_id=user_of(request).pk, board=board)
    return Status(204, None)


@router.delete("boards/{slug:address}/star", response={204: None})
def unstar_board(request: HttpRequest, address: str) -> Status[None]:
    """It is no favourite any more."""
    Favourite.objects.filter(user_id=user_of(request).pk, board=board_seen(request, address)).delete()
    return Status(204, None)


def _changed(request: HttpRequest, board: Board, changes: dict[str, Any], status: int = 200) -> HttpResponse:
    """The board with these parts of its document instead of its own."""
    user = user_of(request)
    could = may_edit(user, board.pk)
    try:
        applied = apply(document_of(board) | changes, user)
    except Invalid as error:
        raise invalid(error) from error
    # As on the page of its settings nobody shuts themselves out. Who makes boards need not be an editor.
    if could and not may_edit_by(user, rule_of(applied[0].after)):
        raise Refused(403, "forbidden", f"{user} could not edit the board any more.", field="edit_by")
    return answer(applied[0].after, status)


def _move(request: HttpRequest, board: Board, address: Any) -> None:
    """To another address. Raises ``Refused``."""
    field = Board._meta.get_field("slug")
    try:
        address = field.clean(address, board)
    except ValidationError as error:
        raise Refused(422, "cannot_be", f"address: {' '.join(error.messages)}", field="address") from error
    check_scope(request, address)
    if Board.objects.filter(slug=address).exists():
        raise Refused(409, "conflict", f"There is a board of the address {address}.", field="address")
    board.slug = address
    board.save(update_fields=["slug"])
