"""Which people a few open pages are: those of one person count once. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from live.hub.viewer import Viewer
from live.page.principals import principal_of
from live.page.visits import key_of

# Users that a process names for one topic; more are only counted.
MAX_USERS = 1000


class People(NamedTuple):
    """Primary keys of users, in order, and how many others there are."""

    users: tuple[str, ...] = ()
    visitors: int = 0


def people(viewers: Iterable[Viewer]) -> People:
    """Whose pages these are. Without a session each page is somebody else."""
    users, visitors = set[str](), set[object]()
    for viewer in viewers:
        user = viewer.page.user
        if user is not None and principal_of(user) is None:
            users.add(user)
        else:
            visitors.add(user or key_of(viewer.session) or viewer)
    named = sorted(users)[:MAX_USERS]
    return People(tuple(named), len(visitors) + len(users) - len(named))
