"""Whom a notice or a banner is for: everyone, a user, a group, whoever has a permission, and what apps define.

They are stored as text (``"group:3"``): a kind, and which one of that kind. A kind is a question about a user:

    @recipients(_("people of a tenant"))
    def tenant(user, ref):
        return user.is_authenticated and str(user.tenant_id) == ref

    notify(tenant(5), "info", "The invoice is ready.")
"""

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from django.contrib.auth.models import Group
from django.db import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from live.keys import Key
from live.page.access import User
from live.page.together import group_pks

logger = logging.getLogger(__name__)

Includes = Callable[[User, str], bool]
Text = str | Promise
# The kinds that ``roles`` and ``person`` name for a user; those of every other kind have to be asked.
KINDS_BY_ACCOUNT = ("everyone", "signed_in", "staff", "group", "user", "session")


class RecipientsError(ValueError):
    """There are no such recipients; the message says which there are."""


class Recipients(NamedTuple):
    """Whom something is for: a kind and, where there are several of that kind, which. ``str`` is how it is stored.

    Those of a kind that is not declared any more, because its app is not installed, are nobody.
    """

    kind: str
    ref: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.ref}" if self.ref else self.kind

    @classmethod
    def from_text(cls, text: str) -> "Recipients":
        """Those that were stored as ``text``."""
        kind, _colon, ref = text.partition(":")
        return cls(kind, ref)

    @classmethod
    def from_words(cls, text: str) -> "Recipients":
        """Those that somebody has typed: as stored, or by name, such as ``group:Operators``."""
        recipients = cls.from_text(text)
        names = recipients._names()
        if recipients.ref in names:
            return recipients
        refs = {name: ref for ref, name in names.items()}
        return recipients._replace(ref=refs.get(recipients.ref, recipients.ref))

    @property
    def words(self) -> str:
        """By name, as ``from_words`` takes them."""
        names = self._names()
        name = names.get(self.ref, "")
        return f"{self.kind}:{name}" if name and name not in names else str(self)

    def check(self) -> "Recipients":
        """Themselves; ``RecipientsError`` if there is no such kind."""
        if self.kind not in Kind.registry:
            known = ", ".join(sorted(Kind.registry))
            raise RecipientsError(f"there are no recipients {self.kind!r}; there are: {known}")
        return self

    def includes(self, user: User) -> bool:
        """Whether that user is one of them now."""
        kind = Kind.registry.get(self.kind)
        try:
            return kind is not None and kind.includes(user, self.ref)
        except DatabaseError:
            raise
        except Exception:  # an app's question that fails must not take the page, or everybody's notices, with it
            logger.exception("whether %s are the recipients of %s could not be asked; it counts as no", user, self)
            return False

    @property
    def viewers_of(self) -> Key | None:
        """The fragment whose viewers they are, for the kinds that are about pages and not about people."""
        kind = Kind.registry.get(self.kind)
        return kind.viewers_of(self.ref) if kind and kind.viewers_of else None

    @property
    def label(self) -> str:
        """In words, for people: "Group: Operators"."""
        kind = Kind.registry.get(self.kind)
        if kind is None or not self.ref:
            return str(kind.label if kind else self)
        return f"{kind.label}: {self._names().get(self.ref, self.ref)}"

    def _names(self) -> dict[str, str]:
        """What there is to choose from of that kind: names, by refs."""
        kind = Kind.registry.get(self.kind)
        return {str(ref): str(name) for ref, name in kind.choices()} if kind and kind.choices else {}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of recipients; see ``recipients``. Called with a ref (or an object with a ``pk``), it gives them."""

    registry: ClassVar[dict[str, "Kind"]] = {}

    name: str
    label: Text
    includes: Includes
    viewers_of: Callable[[str], Key] | None = None
    choices: Callable[[], Iterable[tuple[str, str]]] | None = None

    def __call__(self, which: Any = "") -> Recipients:
        return Recipients(self.name, str(getattr(which, "pk", which)))


def recipients(
    label: Text,
    *,
    name: str | None = None,
    viewers_of: Callable[[str], Key] | None = None,
    choices: Callable[[], Iterable[tuple[str, str]]] | None = None,
) -> Callable[[Includes], Kind]:
    """Decorator: declare a kind of recipients by the question ``function(user, ref)``, whether a user is one of them.

    ``viewers_of(ref)`` gives the key of a fragment: then they are the pages that show it, and ``function`` says whose
    pages may. ``choices()`` gives ``(ref, label)`` pairs to choose from in the admin; without, they cannot be chosen.
    """

    def declare(function: Includes) -> Kind:
        kind = Kind(name or function.__name__, label, function, viewers_of, choices)
        if kind.name in Kind.registry or ":" in kind.name:
            raise RecipientsError(f"the recipients {kind.name} are declared twice, or have a colon in their name")
        Kind.registry[kind.name] = kind
        return kind

    return declare


def _only(label: Text, name: str, includes: Includes) -> Recipients:
    """The recipients of a kind of which there is one."""
    return recipients(label, name=name, choices=lambda: [("", "")])(includes)()


everyone = _only(_("Everyone"), "everyone", lambda user, ref: True)
signed_in = _only(_("Everyone who is signed in"), "signed_in", lambda user, ref: user.is_authenticated)
staff = _only(_("Staff"), "staff", lambda user, ref: bool(getattr(user, "is_staff", False)))


@recipients(_("User"), name="user")
def user(user: User, ref: str) -> bool:
    """One user, on all their pages."""
    return str(user.pk) == ref


@recipients(_("Visitor"), name="session")
def session(user: User, ref: str) -> bool:
    """The browser of somebody who is not signed in, by ``digest`` of the session's key."""
    return person(user) == Recipients("session", ref)


@recipients(
    _("Group"), name="group", choices=lambda: [(str(pk), name) for pk, name in Group.objects.values_list("pk", "name")]
)
def _group(user: User, ref: str) -> bool:
    return int(ref) in group_pks(user)


@recipients(_("Everyone with the permission"), name="permission")
def _permission(user: User, ref: str) -> bool:
    return hasattr(user, "has_perm") and user.has_perm(ref)


def group(which: Any) -> Recipients:
    """The members of a group: a ``Group``, its pk, or its name (``Group.DoesNotExist`` if there is none)."""
    return _group(Group.objects.get(name=which) if isinstance(which, str) else which)


def permission(name: str) -> Recipients:
    """Whoever has the permission ``"app.codename"``, superusers included."""
    if name.count(".") != 1:
        raise RecipientsError(f"{name!r} is no permission; one looks like 'app.change_thing'")
    return _permission(name)


def digest(session_key: str) -> str:
    """What stands for a session in the database: the key itself would let its reader take the session over."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:32]


def person(user: User) -> Recipients | None:
    """This one person: a user, or a visitor's session. None if we cannot know them again."""
    if user.is_authenticated:
        return Recipients("user", str(user.pk))
    key = getattr(user, "live_session", None)
    return Recipients("session", digest(key)) if key else None


def roles(user: User, *, groups: bool = True) -> list[Recipients]:
    """Those whom this user is one of, as far as it goes by the account: few, and shared by many users.

    Without ``groups`` the database is not asked.
    """
    if not user.is_authenticated:
        return [everyone]
    pks = sorted(group_pks(user)) if groups else []
    return [everyone, signed_in, *([staff] if getattr(user, "is_staff", False) else []), *map(_group, pks)]


def choices() -> list[tuple[Recipients, str]]:
    """All that can be chosen in a form, with their labels."""
    return [
        (kind(ref), f"{kind.label}: {label}" if ref else str(kind.label))
        for kind in Kind.registry.values()
        for ref, label in (kind.choices() if kind.choices else ())
    ]
