"""What somebody may do: the three roles of this site, over Django's own permissions.

- A *viewer* has no permission.
- An *editor* has the permissions of boards and panels, through one group, ``role:editor``. Whoever may change boards in
  another way, as permissions of their own were given in the admin, is an editor as well.
- An *admin* is a superuser who is staff. No group with a list of permissions: whoever may change people can give
  themselves every permission, and a list would lack those of a model that comes later.

So a role is read from what Django asks, and cannot say something else than that.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Groups whose names begin so are roles, and none that somebody makes.
PREFIX = "role:"
EDITORS = "role:editor"
EDITED_MODELS = ["board", "panel"]
EDITS = Q(content_type__app_label="boards", codename="change_board")


LAST_ADMIN = gettext_lazy("This is the last admin. Make somebody else an admin first.")


class Role(models.TextChoices):
    VIEWER = "viewer", gettext_lazy("Viewer")
    EDITOR = "editor", gettext_lazy("Editor")
    ADMIN = "admin", gettext_lazy("Admin")


def groups() -> QuerySet[Group]:
    """The groups that people made, by name: those that are no roles."""
    return Group.objects.exclude(name__startswith=PREFIX).order_by("name")


def editing_groups() -> QuerySet[Group]:
    """Those whose members may change boards, and so are no viewers."""
    return Group.objects.filter(permissions__in=Permission.objects.filter(EDITS)).distinct()


def is_admin(user: object) -> bool:
    """Whether they may manage people."""
    return bool(getattr(user, "is_active", False) and getattr(user, "is_superuser", False))


def admins() -> QuerySet[User]:
    """Those who may manage people."""
    return User.objects.filter(is_superuser=True, is_active=True)


def roles_of(users: Iterable[User]) -> dict[int, Role]:
    """The role of each, by primary key: one query for all. Also of those who are deactivated: what they would have."""
    everybody = list(users)
    pks = [user.pk for user in everybody]
    edits = Q(user_permissions__in=Permission.objects.filter(EDITS)) | Q(
        groups__permissions__in=Permission.objects.filter(EDITS)
    )
    editors = set(User.objects.filter(edits, pk__in=pks).values_list("pk", flat=True))
    others = {user.pk: Role.EDITOR if user.pk in editors else Role.VIEWER for user in everybody}
    return {user.pk: Role.ADMIN if user.is_superuser else others[user.pk] for user in everybody}


def role_of(user: User) -> Role:
    """The role of one."""
    return roles_of([user])[user.pk]


@transaction.atomic
def set_role(user: User, role: Role) -> None:
    """Give somebody this role, and no other one.

    Raises ``ValidationError``, and changes nothing, for the last admin, and where another group lets them change
    boards.
    """
    with an_admin_remains():
        user.is_superuser = user.is_staff = role == Role.ADMIN
        user.save(update_fields=["is_superuser", "is_staff"])
        editors = _editors()
        if role == Role.EDITOR:
            user.groups.add(editors)
        else:
            user.groups.remove(editors)
            user.user_permissions.remove(*_editing())
        if role_of(user) != role:
            raise ValidationError(_contradiction(user, role), code="contradiction")


@contextmanager
def an_admin_remains() -> Iterator[None]:
    """What is done inside is undone, with a ``ValidationError``, where it leaves nobody who may manage people."""
    with transaction.atomic():
        # Two admins who demote one another at the same moment: one of them waits here.
        before = list(admins().select_for_update().order_by("pk"))
        yield
        if before and not admins().exists():
            raise ValidationError(LAST_ADMIN, code="last_admin")


def _editors() -> Group:
    """Made when it is first needed: permissions exist only after all apps are migrated. What the admin gives to it or
    takes from it later stays so."""
    group, created = Group.objects.get_or_create(name=EDITORS)
    if created:
        group.permissions.set(_editing())
    return group


def _editing() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="boards", content_type__model__in=EDITED_MODELS)


def _contradiction(user: User, role: Role) -> str:
    names = editing_groups().filter(user=user)
    if role == Role.EDITOR:
        return _("The group %(group)s does not let anybody change boards any more.") % {"group": EDITORS}
    return _("%(name)s is in a group that may change boards: %(groups)s.") % {
        "name": user.get_username(),
        "groups": ", ".join(names.order_by("name").values_list("name", flat=True)),
    }
