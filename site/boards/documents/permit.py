"""What somebody may import in the browser. Whoever runs a command on the server may import everything."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from boards.documents.canonical import Document
from boards.documents.check import user_named
from boards.documents.columns import OWNER
from boards.documents.imports import Difference, Permit
from boards.documents.problems import Problem
from boards.models import Board
from boards.permissions import Rule, may_edit, may_edit_by, may_own
from live.page.access import User


def permit_for(user: User) -> Permit:
    """A function that says what of a file this user, who may make boards, may not import."""
    return lambda differences: [problem for one in differences for problem in _problems(user, one)]


def _problems(user: User, difference: Difference) -> Iterator[Problem]:
    path, board, wanted = difference.path, difference.board, difference.after
    if board and not may_edit(user, board.pk):
        # In the same words where they may not even see it.
        yield Problem((*path, "address"), _("This is the address of a board that you may not change."))
        return
    owner = wanted.get(OWNER)
    changes_owner = owner != (difference.before or {}).get(OWNER)
    is_own = board is None and owner in (None, user.get_username())
    if changes_owner and not is_own and not may_own(user, board.pk if board else 0):
        yield Problem((*path, OWNER), _("Only the owner of a board, and staff, can give it to somebody else."))
    elif not may_edit_by(user, rule_of(wanted)):
        yield Problem(path, _("As it says who may edit the board, you could not any more."))


def rule_of(document: Document) -> Rule:
    """What a document says of who may."""
    owner = user_named(document[OWNER]) if OWNER in document else None
    defaults = Board()
    return Rule(
        document.get("view_by", defaults.view_by),
        document.get("edit_by", defaults.edit_by),
        owner and owner.pk,
        _groups(document.get("view_groups", ())),
        _groups(document.get("edit_groups", ())),
    )


def _groups(names: Sequence[str]) -> frozenset[Any]:
    return frozenset(Group.objects.filter(name__in=names).values_list("pk", flat=True))
