"""Where a board can be seen, and where it is edited: one line a surface. A new one is one more line here.

Each is asked as one person about one board, and says whether that person got it. Where not, the answer must be the same
as of a board that does not exist: an address is asked about both.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from typing import Any

from django.test import Client

from boards import fragments, recipients
from boards.models import Board, Panel
from live.fragments import Fragment
from live.notices.activity import recipients_of
from live.page import access
from live.page.identity import users_of
from live.page.page import Page
from live.page.token import sign

SECRET, MISSING = "Behind closed doors", 987_654


@dataclass
class Asked:
    """A person with a browser, in front of a board with one panel; ``other`` is a public board."""

    client: Client
    board: Board
    panel: Panel
    other: Board
    is_signed_in: bool
    # The primary key of the person, if they are to own it.
    owner: int | None
    # Sends a request to the API with a token of theirs.
    program: Callable[..., Any] | None

    @property
    def session(self) -> str | None:
        cookie = self.client.cookies.get("sessionid")
        return cookie.value if cookie else None

    @property
    def page(self) -> Page:
        """An open page of the board."""
        user = self.client.session.get("_auth_user_id") if self.is_signed_in else None
        page = Page(user=user)
        page.add(fragments.board.key(pk=self.board.pk))
        page.add(fragments.panel.key(pk=self.panel.pk))
        return page


Ask = Callable[[Asked], bool]


def get(address: str) -> Ask:
    """GET: 200 with the secret title of the board or its panel, or the 404 of what does not exist."""
    return lambda asked: answered(asked, "GET", address)


def post(address: str, **data: Any) -> Ask:
    return lambda asked: answered(asked, "POST", address, data)


def answered(asked: Asked, method: str, address: str, data: Any = None) -> bool:
    def send(slug: str, pk: int, panel: int) -> Any:
        path = address.format(slug=slug, pk=pk, panel=panel)
        headers = {"Accept": "text/html"}
        ask = asked.client.post if method == "POST" else asked.client.get
        return ask(path, data, headers=headers)

    there = send(asked.board.slug, asked.board.pk, asked.panel.pk)
    if there.status_code in (200, 302, 501) and "/login/" not in there.headers.get("Location", ""):
        return True
    assert there.status_code == 404, f"{method} {address}: {there.status_code}"
    missing = send("none", MISSING, MISSING)
    assert missing.status_code == 404
    body, other = (
        response.content.decode().replace(f"{name}", "X")
        for response, name in ((there, asked.board.slug), (missing, "none"))
    )
    for pk in (asked.board.pk, asked.panel.pk):
        body = body.replace(f"/{pk}", "/N")
    assert body == other.replace(f"/{MISSING}", "/N")
    assert SECRET not in body
    different = {"Content-Length"}
    assert {name: value for name, value in there.headers.items() if name not in different} == {
        name: value for name, value in missing.headers.items() if name not in different
    }
    return False


def contains(address: str, text: str) -> Ask:
    """A page that everybody gets shows it to those who may see it."""

    def ask(asked: Asked) -> bool:
        response = asked.client.get(address)
        assert response.status_code == 200
        return text.format(slug=asked.board.slug, pk=asked.board.pk) in response.content.decode()

    return ask


def socket(asked: Asked) -> bool:
    page = asked.page
    return access.check(asked.session, page, list(page.roots.values())).refusal is None


def polling(asked: Asked) -> bool:
    report = {"page": sign(asked.page), "shown": []}
    response = asked.client.post("/live/page", json.dumps(report), "application/json")
    assert response.status_code in (204, 401, 403)
    return response.status_code == 204


def notice(asked: Asked) -> bool:
    user = users_of([asked.session])[asked.session]
    return recipients.board(asked.board).includes(user)


def activity(asked: Asked) -> bool:
    user = users_of([asked.session])[asked.session]
    is_told = recipients.board(asked.board) in recipients_of(user)
    assert is_told is (SECRET in asked.client.get("/activity/").content.decode())
    return is_told


def star(asked: Asked) -> bool:
    """For people who are signed in."""
    return answered(asked, "POST", "/boards/{pk}/star", {"starred": "1"}) if asked.is_signed_in else False


SEEN: dict[str, Ask] = {
    "page": get("/boards/{slug}/"),
    "wall": get("/boards/{slug}/?wall"),
    "share": get("/boards/{slug}/share"),
    "board as SVG": get("/boards/{slug}.svg"),
    "board as a file": get("/boards/{slug}.html"),
    "panel": get("/panels/{panel}"),
    "picture": get("/panels/{panel}.svg"),
    "PNG": get("/panels/{panel}.png"),
    "badge": get("/badges/{panel}.svg"),
    "table": get("/panels/{panel}?as=table"),
    "CSV": get("/panels/{panel}?as=csv"),
    "values": post("/boards/{slug}/panels/{panel}/values", random="1"),
    "socket": socket,
    "polling": polling,
    "notice": notice,
    "activity": activity,
    "home": contains("/", SECRET),
    "finder": contains("/find/?q=closed", SECRET),
    "rotation": contains("/boards/other/?wall&rotate=60", "/boards/{slug}/?wall"),
}


def fragment(name: str) -> Ask:
    """On an open page that has this fragment."""

    def ask(asked: Asked) -> bool:
        user = users_of([asked.session])[asked.session]
        declared = Fragment.named(name)
        pk = asked.panel.pk if name in OF_PANELS else asked.board.pk
        values = {"pk": pk, "board": asked.board.pk, "variable": "host", "tile": "a"}
        key = declared.key(**{one: values[one] for one in signature(declared.function).parameters if one in values})
        return access.may_see(user, [key]) is None

    return ask


OF_PANELS = {"boards.panel", "boards.repeated_panel", "boards.panel_editors"}
FRAGMENTS = [
    *("boards.board", "boards.panel", "boards.activity", "boards.edit_link", "boards.wall", "boards.card"),
    *("boards.picker", "boards.repeated_panel"),
]
EDITORS_FRAGMENTS = ["boards.edit_board", "boards.panel_editors", "boards.board_editors", "boards.imported"]
SEEN |= {name: fragment(name) for name in FRAGMENTS}


def api(asked: Asked) -> bool:
    """By a token that acts as this person."""
    return by_token(asked, f"boards/{asked.board.slug}", "boards/none", asked.board.slug)


def api_of_the_panel(asked: Asked) -> bool:
    return by_token(asked, f"panels/{asked.panel.pk}", f"panels/{MISSING}", str(asked.panel.pk))


def by_token(asked: Asked, path: str, missing: str, name: str) -> bool:
    if asked.program is None:
        return False
    response, other = asked.program("GET", path), asked.program("GET", missing)
    assert other.status_code == 404
    if response.status_code == 200:
        return True
    assert response.status_code == 404
    assert response.content.decode().replace(name, "X") == other.content.decode().replace(missing.split("/")[1], "X")
    return False


# Seen by those who are signed in.
SEEN_SIGNED_IN: dict[str, Ask] = {"star": star, "API": api, "panel by the API": api_of_the_panel}
# Seen by nobody to whom the board is not public: who is signed in is a stranger there.
SEEN_IF_PUBLIC: dict[str, Ask] = {"embed": get("/boards/{slug}/embed")}


def changed_by_the_api(asked: Asked) -> bool:
    """By a token that acts as this person: 200, 403 where the board may only be seen, 404 where not even that."""
    response = asked.program("PATCH", f"boards/{asked.board.slug}", {"note": "New"}) if asked.program else None
    if response is None:
        return False
    assert response.status_code == 200 or response.status_code == (403 if api(asked) else 404)
    return bool(response.status_code == 200)


def page_of_editors(address: str) -> Ask:
    """200, else 404 where the board may not be seen, 403 or the page to sign in where it may."""

    def ask(asked: Asked) -> bool:
        response = asked.client.get(address.format(slug=asked.board.slug, panel=asked.panel.pk))
        if response.status_code == 200:
            return True
        seen = asked.client.get(asked.board.get_absolute_url()).status_code == 200
        refused = 403 if asked.is_signed_in else 302
        assert response.status_code == (refused if seen else 404)
        return False

    return ask


def edit_link(asked: Asked) -> bool:
    return f"/boards/{asked.board.slug}/edit" in asked.client.get(asked.board.get_absolute_url()).content.decode()


EDITED: dict[str, Ask] = {
    "edit": page_of_editors("/boards/{slug}/edit"),
    "settings": page_of_editors("/boards/{slug}/settings"),
    "form of a panel": page_of_editors("/boards/{slug}/panels/{panel}/edit"),
    "new panel": page_of_editors("/boards/{slug}/panels/add"),
    "series": page_of_editors("/boards/{slug}/series"),
    "YAML": page_of_editors("/boards/{slug}.yaml"),
    "displays": page_of_editors("/boards/{slug}/displays"),
    "variables": page_of_editors("/boards/{slug}/variables"),
    "API": changed_by_the_api,
    "link": edit_link,
}
EDITED |= {name: fragment(name) for name in EDITORS_FRAGMENTS}
