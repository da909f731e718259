"""Which people some open pages are."""

from typing import Any

import pytest

from live.hub.viewer import Viewer
from live.page import principals
from live.page.page import Page
from live.page.visits import Session, Visit
from live.presence import people as module
from live.presence.people import People, people


class Nowhere:
    """A connection to nobody."""

    def send(self, frame: Any) -> bool:
        return True

    def when_writable(self, act: Any) -> None: ...

    def close(self, reason: Any) -> None: ...


def viewer(user: str | None = None, session: Session = None) -> Viewer:
    return Viewer(Nowhere(), session, Page(user=user))


def test_nobody() -> None:
    assert people([]) == People((), 0)


def test_two_tabs_of_a_user_are_one_and_so_are_two_of_a_visitor() -> None:
    pages = [viewer("7", "a"), viewer("7", "b"), viewer("12", "c"), viewer(None, "d"), viewer(None, "d")]
    assert people([*pages, viewer(None, Visit("d", ()))]) == People(("12", "7"), 1)


def test_visitors_without_a_session_are_as_many_as_their_pages() -> None:
    assert people([viewer(), viewer(), viewer(None, "a")]) == People((), 3)


def test_what_is_no_user_is_a_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(principals, "_lookups", {"display": lambda pks: {}})
    assert people([viewer("display:1", "a"), viewer("display:1", "b"), viewer("display:2", "a")]) == People((), 2)


def test_of_very_many_users_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_USERS", 2)
    assert people([viewer("3"), viewer("1"), viewer("2"), viewer("4")]) == People(("1", "2"), 2)
