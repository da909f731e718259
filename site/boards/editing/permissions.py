"""Who may change boards, and who may make one. Every view and fragment of editing asks here."""

from live.page.access import User


def may_edit(user: User, board_pk: int) -> bool:
    """Whether they may change this board and its panels."""
    return user.has_perm("boards.change_board")  # type: ignore[union-attr]


def may_add_boards(user: User) -> bool:
    """Whether they may make a board."""
    return user.has_perm("boards.add_board")  # type: ignore[union-attr]
