"""Who is told: everyone, a user, a group, whoever has a permission, and what apps define.

An audience is stored as text (``"group:3"``): a kind, and which one of that kind. A kind is a question about a user:

    @audience(_("people of a tenant"))
    def tenant(user, ref):
        return user.is_authenticated and str(user.tenant_id) == ref

    live.notify(tenant(5), "info", "The invoice is ready.")
"""

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from live.keys import Key
from live.page.access import User

logger = logging.getLogger(__name__)

Includes = Callable[[User, str], bool]
Text = str | Promise


class AudienceError(ValueError):
    """That is no audience; the message says what is one."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told: a kind and, where there are several of that kind, which. ``str`` is how it is stored."""

    kind: str
    ref: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.ref}" if self.ref else self.kind

    @classmethod
    def parse(cls, text: str) -> "Audience":
        """The audience that was stored as ``text``; ``AudienceError`` if there is no such kind."""
        kind, _, ref = text.partition(":")
        Kind.named(kind)
        return cls(kind, ref)

    def includes(self, user: User) -> bool:
        """Whether that user belongs to it now."""
        kind = Kind.named(self.kind)
        try:
            return kind.includes(user, self.ref)
        except DatabaseError:
            raise
        except Exception:  # an app's question that fails must not take the page, or everybody's notices, with it
            logger.exception("who is in the audience %s could not be asked; %s counts as not", self, user)
            return False

    @property
    def place(self) -> Key | None:
        """The fragment whose viewers it is, for the kinds that are about pages and not about people."""
        place = Kind.named(self.kind).place
        return place(self.ref) if place else None

    @property
    def label(self) -> str:
        """In words, for people: "Group Operators"."""
        return Kind.named(self.kind).describe(self.ref)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of audience; see ``audience``. Called with a ref (or an object with a ``pk``), it gives the audience."""

    registry: ClassVar[dict[str, "Kind"]] = {}

    name: str
    label: Text
    includes: Includes
    place: Callable[[str], Key] | None = None
    choices: Callable[[], Iterable[tuple[str, str]]] | None = None

    def __call__(self, which: Any = "") -> Audience:
        return Audience(self.name, str(getattr(which, "pk", which)))

    def describe(self, ref: str) -> str:
        """The audience in words: by its choice's label where it has choices."""
        if not ref:
            return str(self.label)
        names = {str(each): label for each, label in self.choices()} if self.choices else {}
        return f"{self.label}: {names.get(ref, ref)}"

    @classmethod
    def named(cls, name: str) -> "Kind":
        try:
            return cls.registry[name]
        except KeyError:
            known = ", ".join(sorted(cls.registry))
            raise AudienceError(f"there is no audience {name!r}; there are: {known}") from None


def audience(
    label: Text,
    *,
    name: str | None = None,
    place: Callable[[str], Key] | None = None,
    choices: Callable[[], Iterable[tuple[str, str]]] | None = None,
) -> Callable[[Includes], Kind]:
    """Decorator: declare a kind of audience by the question ``function(user, ref)``, whether a user belongs to it.

    ``place(ref)`` gives the key of a fragment: then the audience is the pages that show it, and ``function`` says who
    may. ``choices()`` gives ``(ref, label)`` pairs to choose from in the admin; without, it cannot be chosen there.
    """

    def declare(function: Includes) -> Kind:
        kind = Kind(name or function.__name__, label, function, place, choices)
        if kind.name in Kind.registry or ":" in kind.name:
            raise AudienceError(f"the audience {kind.name} is declared twice, or has a colon in its name")
        Kind.registry[kind.name] = kind
        return kind

    return declare


@audience(_("Everyone"), name="everyone", choices=lambda: [("", "")])
def _everyone(user: User, ref: str) -> bool:
    return True


@audience(_("Everyone who is signed in"), name="signed_in", choices=lambda: [("", "")])
def _signed_in(user: User, ref: str) -> bool:
    return user.is_authenticated


@audience(_("Staff"), name="staff", choices=lambda: [("", "")])
def _staff(user: User, ref: str) -> bool:
    return bool(getattr(user, "is_staff", False))


@audience(_("User"), name="user")
def user(user: User, ref: str) -> bool:
    """One user, on all their pages."""
    return str(user.pk) == ref


@audience(_("Visitor"), name="session")
def session(user: User, ref: str) -> bool:
    """The browser of somebody who is not signed in, by ``digest`` of the session's key."""
    key = getattr(user, "live_session", None)
    return user.is_anonymous and key is not None and digest(key) == ref


@audience(
    _("Group"), name="group", choices=lambda: [(str(pk), name) for pk, name in Group.objects.values_list("pk", "name")]
)
def _group(user: User, ref: str) -> bool:
    groups = getattr(user, "groups", None)  # a user model need not have any
    return groups is not None and user.is_authenticated and groups.filter(pk=ref).exists()


@audience(_("Everyone with the permission"), name="permission")
def _permission(user: User, ref: str) -> bool:
    return hasattr(user, "has_perm") and user.has_perm(ref)


everyone, signed_in, staff = _everyone(), _signed_in(), _staff()


def group(which: Any) -> Audience:
    """The members of a group: a ``Group``, its pk, or its name (``Group.DoesNotExist`` if there is none)."""
    return _group(Group.objects.get(name=which) if isinstance(which, str) else which)


def permission(name: str) -> Audience:
    """Whoever has the permission ``"app.codename"``, superusers included."""
    if name.count(".") != 1:
        raise AudienceError(f"{name!r} is no permission; one looks like 'app.change_thing'")
    return _permission(name)


def digest(session_key: str) -> str:
    """What stands for a session in the database: the key itself would let its reader take the session over."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:32]


def person(user: User) -> Audience | None:
    """The audience that is this one person: a user, or a visitor's session. None if we cannot know them again."""
    if user.is_authenticated:
        return Audience("user", str(user.pk))
    key = getattr(user, "live_session", None)
    return Audience("session", digest(key)) if key else None


def roles(user: User) -> list[str]:
    """The stored names of the audiences that this user is in, as far as they go by the account: few, and shared."""
    found = [str(everyone)]
    if user.is_authenticated:
        found += [str(signed_in)] + ([str(staff)] if getattr(user, "is_staff", False) else [])
        groups = getattr(user, "groups", Group.objects.none())  # a user model need not have any
        found += [f"group:{pk}" for pk in sorted(groups.values_list("pk", flat=True))]
    return found


def choices() -> list[tuple[str, str]]:
    """All audiences that can be chosen in a form, as ``(stored, label)``."""
    return [
        (str(kind(ref)), kind.describe(ref))
        for kind in Kind.registry.values()
        if kind.choices
        for ref, _ in kind.choices()
    ]


def validate_audience(text: str) -> None:
    """A model field's validator."""
    try:
        Audience.parse(text)
    except AudienceError as error:
        raise ValidationError(str(error)) from None
