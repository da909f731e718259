"""Panels, each as the document of its board has it; and what its buttons do: move, resize, duplicate."""

from collections.abc import Iterator
from itertools import dropwhile, islice
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Body, Field, Query, Router, Status

from api.board_access import (
    EDIT,
    READ,
    answer,
    board_edited,
    board_seen,
    invalid,
    may_read,
    panel_edited,
    panel_seen,
    user_of,
)
from api.caller import TokenAuth, caller_of
from api.described import described
from api.schemas import WHOLE, After, Input, Key, Limit
from boards.documents.apply import Invalid, apply
from boards.documents.export import document_of
from boards.editing import actions
from boards.editing.history import lock
from boards.editing.positions import FIRST
from boards.layout import COLUMNS, MAX_HEIGHT, MIN_WIDTH
from boards.models import Board, Panel
from boards.permissions import boards_of
from live.api import Refused, check_unchanged, etag_of

router = Router(auth=TokenAuth(READ, EDIT), tags=["panels"])

Document = Annotated[dict[str, Any], Body()]
Address = Annotated[str, Query("", max_length=50, description="Of a board; of all, if left out.")]


class Where(Input):
    """Behind which panel."""

    after: Key | None = Field(description="The `id` of a panel of the same board; null: the first.")


class Size(Input):
    """How large."""

    width: Annotated[int, Field(ge=MIN_WIDTH, le=COLUMNS, description="Columns, of which a board has 12."), WHOLE]
    height: Annotated[int, Field(ge=1, le=MAX_HEIGHT, description="Rows."), WHOLE]


@router.get("panels", openapi_extra=described(200, "Panels"))
def list_panels(request: HttpRequest, board: Address = "", after: After = None, limit: Limit = 100) -> HttpResponse:
    """The panels of a board in their order; or of all boards, board by board."""
    user, caller = user_of(request), caller_of(request)
    first = _seen_before(request, after).board_id if after is not None else 0
    boards = [board_seen(request, board)] if board else boards_of(user).filter(pk__gte=first).order_by("pk")
    every: Iterator[dict[str, Any]] = (one for of in boards if may_read(caller, of.slug) for one in _documents(of))
    if after is not None:
        every = islice(dropwhile(lambda one: one["id"] != after, every), 1, None)
    # Only as many boards are read as one page needs.
    some = list(islice(every, limit + 1))
    return answer({"items": some[:limit], "next": some[limit - 1]["id"] if len(some) > limit else None})


@router.post("panels", openapi_extra=described(201, "Panel", body="NewPanel"))
@transaction.atomic
def make(request: HttpRequest, body: Document) -> HttpResponse:
    """Put a new panel at the end of a board."""
    address = body.get("board")
    if not isinstance(address, str):
        raise Refused(400, "missing_field", "board is missing; it is the address of a board.", field="board")
    board = board_edited(request, address)
    lock(board.pk)
    known = set(board.panels.values_list("pk", flat=True))
    document = document_of(board)
    panels = [*document.get("panels", []), {name: value for name, value in body.items() if name != "board"}]
    _apply(request, document | {"panels": panels}, len(panels) - 1)
    return answer(document_of_panel(board.panels.exclude(pk__in=known).get()), 201)


@router.get("panels/{int:pk}", openapi_extra=described(200, "Panel"))
def get_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """One panel."""
    return answer(document_of_panel(panel_seen(request, pk)))


@router.patch("panels/{int:pk}", openapi_extra=described(200, "Panel", body="PanelChange", if_match=True))
@transaction.atomic
def change_panel(request: HttpRequest, pk: int, body: Document) -> HttpResponse:
    """Change what is named, the rest stays; null is as it is by itself. Options are merged one by one, `lines` are all
    that there are."""
    panel = panel_edited(request, pk)
    lock(panel.board_id)
    check_unchanged(request, etag_of(document_of_panel(panel)))
    if "key" in body:
        raise Refused(400, "unknown_field", "key stays as it is; leave it out.", field="key")
    document = document_of(panel.board)
    index = _keys(panel.board).index(pk)
    stored, options = document["panels"][index], body.get("options")
    changed = stored | body
    if isinstance(options, dict):
        merged = stored.get("options", {}) | options
        changed["options"] = {name: value for name, value in merged.items() if value is not None}
    panels = [*document["panels"][:index], changed, *document["panels"][index + 1 :]]
    _apply(request, document | {"panels": panels}, index)
    return answer(document_of_panel(panel))


@router.delete("panels/{int:pk}", response={204: None})
def delete_panel(request: HttpRequest, pk: int) -> Status[None]:
    """Delete a panel. Undo brings it back, on the page and here."""
    panel = panel_edited(request, pk)
    actions.delete(user_of(request), panel.board, pk)
    return Status(204, None)


@router.post("panels/{int:pk}/move", openapi_extra=described(200, "Panel"))
def move_panel(request: HttpRequest, pk: int, body: Where) -> HttpResponse:
    """Move a panel behind another one of its board."""
    panel = panel_edited(request, pk)
    after = FIRST if body.after is None else body.after
    actions.move(user_of(request), panel.board, pk, lambda keys: after)
    return answer(document_of_panel(panel))


@router.post("panels/{int:pk}/resize", openapi_extra=described(200, "Panel"))
def resize_panel(request: HttpRequest, pk: int, body: Size) -> HttpResponse:
    """Give a panel another size."""
    panel = panel_edited(request, pk)
    actions.resize(user_of(request), panel.board, pk, lambda width, height: (body.width, body.height))
    return answer(document_of_panel(panel))


@router.post("panels/{int:pk}/duplicate", openapi_extra=described(201, "Panel"))
def duplicate_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a copy of a panel behind it."""
    panel = panel_edited(request, pk)
    outcome = actions.duplicate(user_of(request), panel.board, pk)
    return answer(next(one for one in _documents(panel.board) if one["id"] == outcome.panel), 201)


def _seen_before(request: HttpRequest, after: int) -> Panel:
    """The panel behind which a page begins. Raises ``Refused`` if it is gone: nobody knows any more where it was."""
    try:
        return panel_seen(request, after)
    except Refused as error:
        message = "The panel of `after` is gone; begin with the first page again."
        raise Refused(422, "cannot_be", message, field="after") from error


def _keys(board: Board) -> list[int]:
    return list(board.panels.values_list("pk", flat=True))


def _documents(board: Board) -> list[dict[str, Any]]:
    panels = document_of(board).get("panels", [])
    return [{"id": pk, "board": board.slug} | one for pk, one in zip(_keys(board), panels, strict=True)]


def document_of_panel(panel: Panel) -> dict[str, Any]:
    return next(one for one in _documents(panel.board) if one["id"] == panel.pk)


def _apply(request: HttpRequest, document: dict[str, Any], index: int) -> None:
    """Make the board what a document says, in which the panel of this number is new or changed."""
    try:
        apply(document, user_of(request))
    except Invalid as error:
        raise invalid(error, of_panel=index) from error
