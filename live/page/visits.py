"""By what the user of a page is known: a session that came with a socket or a request, or more than that. Pure."""

from typing import NamedTuple


class Visit(NamedTuple):
    """The key of a session and the headers that came with it, where a project wants more than the session."""

    session: str | None
    headers: tuple[tuple[str, str], ...]


# The key of a session, where that is enough.
Session = str | Visit | None


def key_of(session: Session) -> str | None:
    """The key of the session alone."""
    return session.session if isinstance(session, Visit) else session
