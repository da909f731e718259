from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from boards.models import Board, Panel


@pytest.fixture
def editor(db: None) -> Callable[[str], User]:
    """Somebody who may change boards."""

    def make(name: str) -> User:
        user = User.objects.create_user(name)
        user.user_permissions.add(Permission.objects.get(codename="change_board"))
        return user

    return make


@pytest.fixture
def ada(editor: Callable[[str], User]) -> User:
    return editor("ada")


@pytest.fixture
def bob(editor: Callable[[str], User]) -> User:
    return editor("bob")


@pytest.fixture
def panels(board: Board, make_panel: Callable[..., Panel]) -> list[Panel]:
    """Four panels at the positions 0 to 3, each with a series."""
    titles = ["One", "Two", "Three", "Four"]
    made = [make_panel(title.lower(), kind="line", width=6, height=4, unit="ms") for title in titles]
    for position, (panel, title) in enumerate(zip(made, titles, strict=True)):
        panel.title, panel.position = title, float(position)
        panel.save()
    return made


@pytest.fixture
def order(board: Board) -> Callable[[], list[str]]:
    """The titles of the board's panels, in their order."""
    return lambda: list(board.panels.values_list("title", flat=True))


@pytest.fixture
def do(board: Board) -> Callable[..., Any]:
    """``do(ada, "move", panel, after=0)``: what the page sends, done."""
    from boards.editing.actions import act

    def send(user: User, verb: str, panel: Panel | int, **data: object) -> Any:
        pk = panel if isinstance(panel, int) else panel.pk
        return act(user, board, {"do": f"{verb} {pk}", **{name: str(value) for name, value in data.items()}})

    return send
