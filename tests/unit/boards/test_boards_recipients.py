"""Who the viewers of a board are."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User

from boards import fragments, recipients
from boards.bootstrap import prepare
from boards.models import Board, Panel

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


@pytest.fixture
def week(db: None) -> Panel:
    prepare()
    return Panel.objects.get(title="Week")


def test_who_are_the_viewers_of_a_board(week: Panel, admin_user: User) -> None:
    to = recipients.board(week.board)
    assert str(to) == f"board:{week.board_id}"
    assert to.viewers_of == fragments.board.key(pk=week.board_id)
    assert to.label == "Viewers of the board: This week"
    assert to.includes(AnonymousUser())
    Board.objects.update(view_by="signed_in")
    assert not to.includes(AnonymousUser())
    assert to.includes(admin_user)
    pk = week.board_id
    week.board.delete()
    assert not recipients.board(pk).includes(admin_user), "what was said on it is not for those who guess its number"
    for wrong in ("", "x", "-1", "1.5", "²"):
        assert not recipients.board(wrong).includes(admin_user)
        assert recipients.board(wrong).viewers_of == fragments.board.key(pk=0)
