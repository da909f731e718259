"""The display links of a board: made, listed and revoked, as on its page *Displays*."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from pydantic import AwareDatetime, StringConstraints

from api.board_access import EDIT, READ, board_edited, user_of
from api.caller import TokenAuth
from api.paging import not_found, page
from api.schemas import PARSED, After, Input, Limit, Page, Text
from boards.models import DisplayLink
from boards.views import asked_view
from live.api import Refused

router = Router(auth=TokenAuth(READ, EDIT), tags=["boards"])


class NewDisplay(Input):
    """A new link."""

    name: Annotated[Text, StringConstraints(min_length=1, max_length=100)] = Field(description="Where it hangs.")
    view: Annotated[Text, StringConstraints(max_length=2000)] = Field(
        "", description="What it shows, as the end of a board's address: `range=6h&tz=Europe/Berlin&host=web-1`."
    )
    theme: Literal["", "light", "dark"] = Field("", description="Empty: as the screen's system.")
    expires: Annotated[AwareDatetime | None, PARSED] = Field(None, description="With an offset; if left out, never.")


class Display(Schema):
    """A link, by which whoever has its address sees the board."""

    id: int
    name: str
    address: str = Field(description="Whole; whoever has it needs no token.")
    embed: str = Field(description="The address of a frame inside of another site.")
    view: str
    theme: str
    expires: datetime | None
    created: datetime
    last_seen: datetime | None
    last_address: str


@router.get("boards/{slug:address}/displays", response=Page[Display])
def list_displays(request: HttpRequest, address: str, after: After = None, limit: Limit = 100) -> dict[str, Any]:
    """The links of a board, for who may edit it."""
    links = board_edited(request, address).display_links.select_related("board").order_by("pk")
    return page(links, after, limit, lambda link: _as_json(request, link))


@router.post("boards/{slug:address}/displays", response={201: Display})
def make_display(request: HttpRequest, address: str, body: NewDisplay) -> Status[dict[str, Any]]:
    """Make a link for a screen without an account, or for a page of another site."""
    board = board_edited(request, address)
    if body.expires is not None and body.expires <= timezone.now():
        raise Refused(422, "cannot_be", "expires: that is over, so the link would never work.", field="expires")
    try:
        view = asked_view(QueryDict(body.view), board).query.removeprefix("?")
    except ValidationError as error:
        raise Refused(422, "cannot_be", f"view: {' '.join(error.messages)}", field="view") from error
    link = DisplayLink(board=board, view=view, created_by=user_of(request), **body.dict(exclude={"view"}))
    link.full_clean()
    link.save()
    return Status(201, _as_json(request, link))


@router.delete("boards/{slug:address}/displays/{int:pk}", response={204: None})
def revoke_display(request: HttpRequest, address: str, pk: int) -> Status[None]:
    """Revoke a link: screens that it has opened go dark within seconds."""
    link = board_edited(request, address).display_links.filter(pk=pk).first()
    if link is None:
        raise not_found("display", pk)
    link.delete()
    return Status(204, None)


def _as_json(request: HttpRequest, link: DisplayLink) -> dict[str, Any]:
    columns = ("name", "view", "theme", "expires", "created", "last_seen", "last_address")
    addresses = {"address": link.get_absolute_url(), "embed": link.embed_path}
    return (
        {"id": link.pk}
        | {name: getattr(link, name) for name in columns}
        | {name: request.build_absolute_uri(address) for name, address in addresses.items()}
    )
