"""Every kind of person and every kind of board, and which of them should see and edit which."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, Group, Permission, User

from boards.models import Board, EditBy, ViewBy

PERMISSIONS = ["change_board"]


@dataclass(frozen=True)
class Person:
    """Somebody, signed in or not. The owner of a board is whoever ``owns``."""

    name: str
    signed_in: bool = True
    in_group: bool = False
    is_editor: bool = False
    owns: bool = False
    is_staff: bool = False
    is_active: bool = True

    def make(self, group: Group) -> User | AnonymousUser:
        if not self.signed_in:
            return AnonymousUser()
        user = User.objects.create_user(self.name, is_staff=self.is_staff)
        user.groups.set([group] if self.in_group else [])
        user.user_permissions.set(Permission.objects.filter(codename__in=PERMISSIONS if self.is_editor else []))
        return user

    def sees(self, view_by: str, edit_by: str) -> bool:
        """In the words of the documentation."""
        return self._is_shown(view_by) or (self.is_active and self.owns) or self.edits(view_by, edit_by)

    def edits(self, view_by: str, edit_by: str) -> bool:
        allowed = {"editors": self._is_shown(view_by), "groups": self.in_group, "owner": False}[edit_by]
        return self.is_active and (self.is_staff or (self.is_editor and (allowed or self.owns)))

    def _is_shown(self, view_by: str) -> bool:
        known = self.signed_in and self.is_active
        return {"public": True, "signed_in": known, "groups": known and self.in_group, "owner": False}[view_by]


PEOPLE = [
    Person("nobody", signed_in=False),
    Person("viewer"),
    Person("member of the group", in_group=True),
    Person("editor", is_editor=True),
    Person("editor in the group", in_group=True, is_editor=True),
    Person("owner", owns=True),
    Person("owner and editor", owns=True, is_editor=True),
    Person("staff", is_staff=True),
    Person("deactivated", in_group=True, is_editor=True, owns=True, is_staff=True, is_active=False),
]
BOARDS = [(view_by, edit_by) for view_by in ViewBy.values for edit_by in EditBy.values]
# Those that differ on pages: what is asked about all of them is in test_boards_permissions.
SOME_BOARDS = [
    *((view_by, "editors") for view_by in ViewBy.values),
    *(("owner", "groups"), ("public", "owner")),
]


def set_up(board: Board, view_by: str, edit_by: str, owner: Any) -> None:
    """Make a board one of these."""
    Board.objects.filter(pk=board.pk).update(view_by=view_by, edit_by=edit_by, owner=owner)
