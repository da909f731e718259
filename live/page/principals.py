"""For whom a page can be beside users and visitors: something that a project has made, such as a link for a wall.

A project registers a kind of them in its ``ready()``, and makes a page for one by putting it in the request's ``user``:

    register_principal("display", lambda pks: {link.pk: DisplayUser(link) for link in DisplayLink.objects.filter(...)})
    request.user = DisplayUser(link)  # pk is "display:12"

The page's signed token says for whom it was made, and the page needs no session and no cookie: on connect, and every
few seconds while it is open, ``lookup`` is asked who that is now. What it does not return any more sees nothing more.
``DisplayUser`` is an ``AnonymousUser`` with a primary key: to ``visible_to`` and ``per`` it has no account.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

SEPARATOR = ":"


class Principal(NamedTuple):
    """One of a registered kind. A type of its own, so that no cookie can name one."""

    kind: str
    pk: str


# Those that there are now, of these primary keys: each an ``AnonymousUser`` with a ``pk``.
Lookup = Callable[[Collection[str]], Mapping[str, Any]]

_lookups: dict[str, Lookup] = {}


def register_principal(kind: str, lookup: Lookup) -> None:
    """Have pages whose user's primary key is ``kind:pk`` belong to what ``lookup`` returns for ``pk``.

    Raises ``ValueError`` where ``kind`` is registered for another one.
    """
    if not kind.isidentifier():
        raise ValueError(f"{kind!r} is no name for a kind of principals: it must be an identifier.")
    if _lookups.setdefault(kind, lookup) != lookup:
        raise ValueError(f"The principal {kind!r} is registered twice.")


def principal_of(user: str | None) -> Principal | None:
    """Whom a page's token names, if that is a principal of a registered kind and no user."""
    kind, separator, pk = (user or "").partition(SEPARATOR)
    return Principal(kind, pk) if separator and kind in _lookups else None


def principals(wanted: Collection[Principal]) -> dict[Principal, Any]:
    """Those of them that there still are: one lookup for all of a kind."""
    known: dict[Principal, Any] = {}
    for kind in {principal.kind for principal in wanted}:
        pks = {principal.pk for principal in wanted if principal.kind == kind}
        known |= {Principal(kind, pk): user for pk, user in _lookups[kind](pks).items()}
    return known
