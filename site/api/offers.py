"""What the home page offers: series that no board shows, each of which becomes a panel with one request."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from api.board_access import EDIT, answer, board_edited, check_scope, user_of
from api.caller import TokenAuth
from api.described import described
from api.paging import not_found
from api.panels import document_of_panel
from api.schemas import Input, Text
from boards.home.adding import add_panel
from boards.home.offers import offers_now
from boards.permissions import is_editor, may_add_boards
from live.api import Refused
from series.models import Series

router = Router(auth=TokenAuth(EDIT), tags=["series"])


class Offer(Schema):
    """Series of one name, and what a panel of them would be."""

    id: int = Field(description="Of the newest of them.")
    name: str
    selector: str = Field(description="What means them.")
    number: int = Field(description="How many they are.")
    title: str
    kind: str


class Offers(Schema):
    """The newest ones, and how many more there are."""

    items: list[Offer]
    more: int


class WhereTo(Input):
    """Onto which board."""

    board: Text | None = Field(description="Its address; null for a new one.")


@router.get("offers", response=Offers)
def list_offers(request: HttpRequest) -> dict[str, Any]:
    """Series that are on no board yet, the newest first."""
    _check_editor(request)
    offers = offers_now()
    items = [
        {"id": one.key, "title": one.guess.title, "kind": one.guess.kind}
        | {name: getattr(one, name) for name in ("name", "selector", "number")}
        for one in offers.shown
    ]
    return {"items": items, "more": offers.more}


@router.post("series/{int:pk}/add", openapi_extra=described(201, "Panel"))
def add_to_board(request: HttpRequest, pk: int, body: WhereTo) -> HttpResponse:
    """Put all series of the name of this one onto a board, as the panel that is guessed of them."""
    _check_editor(request)
    user = user_of(request)
    board = board_edited(request, body.board) if body.board is not None else None
    if board is None:
        check_scope(request, "*")
        if not may_add_boards(user):
            raise Refused(403, "forbidden", f"{user} may not make boards.")
    series = Series.objects.filter(pk=pk).first()
    if series is None:
        raise not_found("series", pk)
    panel = add_panel(user, series.name, board)
    if panel is None:
        raise Refused(409, "conflict", f"{series.name} is on a board by now.")
    return answer(document_of_panel(panel), 201)


def _check_editor(request: HttpRequest) -> None:
    """Raise ``Refused`` for who does not edit boards: what is on none is nobody's else to see."""
    user = user_of(request)
    if not is_editor(user):
        raise Refused(403, "forbidden", f"{user} may not edit boards.")
