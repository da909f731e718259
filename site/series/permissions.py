"""Who may read series by what they are called, and not only what boards show of them."""

from django.contrib.auth.models import User


def may_read(user: User) -> bool:
    """Whoever sees them in the admin; and editors of boards, who choose among all."""
    return user.has_perm("series.view_series") or user.has_perm("boards.change_board")
