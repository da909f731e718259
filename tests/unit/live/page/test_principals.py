"""Pages that are made for something that is neither a user nor a session."""

from collections.abc import Collection, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import Client

from live import Fragment, fragment
from live.keys import ElementId, Subscriber
from live.page import access, principals
from live.page.identity import users_of
from live.page.page import Page, Reason
from live.page.principals import Principal, principal_of, register_principal
from live.page.token import sign, verify

pytestmark = [pytest.mark.database, pytest.mark.django_db]


class LinkUser(AnonymousUser):
    """What ``visible_to`` gets for a link."""

    def __init__(self, pk: str) -> None:
        self.pk = f"link:{pk}"  # type: ignore[assignment]


class Links:
    """What a project may have: links, of which some have been revoked."""

    def __init__(self, *pks: str) -> None:
        self.pks = set(pks)
        self.asked: list[Collection[str]] = []

    def users(self, pks: Collection[str]) -> dict[str, AnonymousUser]:
        self.asked.append(set(pks))
        return {pk: LinkUser(pk) for pk in pks if pk in self.pks}


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> Iterator[Links]:
    monkeypatch.setattr(principals, "_lookups", {})
    links = Links("12", "13")
    register_principal("link", links.users)
    yield links


@pytest.fixture
def by_link() -> Fragment:
    """Seen by link 12 alone."""

    @fragment("any.html")
    def by_link() -> dict[str, Any]:
        return {}

    @by_link.visible_to
    def _(user: Any) -> bool:
        return user.pk == "link:12"

    return by_link


def test_a_page_for_a_link_goes_on_as_long_as_there_is_the_link(links: Links, by_link: Fragment) -> None:
    page = verify(sign(Page(user="link:12")))
    keys = [by_link.key()]
    assert access.check(None, page, keys).refusal is None
    assert access.check("the session of whoever looks", page, keys).refusal is None
    links.pks.remove("12")
    refusal = access.check(None, page, keys).refusal
    assert refusal is not None
    assert refusal.reason is Reason.FORBIDDEN, "there is nothing to sign in to"


def test_a_link_sees_what_it_may_see(links: Links, by_link: Fragment) -> None:
    refusal = access.check(None, Page(user="link:13"), [by_link.key()]).refusal
    assert refusal is not None and refusal.reason is Reason.FORBIDDEN


def test_a_user_who_is_signed_in_beside_it_does_not_count(links: Links, client: Client, by_link: Fragment) -> None:
    ann = User.objects.create_user("ann")
    client.force_login(ann)
    session = client.session.session_key
    assert access.Question(session, Page(user="link:12"), []).identity == Principal("link", "12")
    assert access.Question(session, Page(user=str(ann.pk)), []).identity == session
    assert access.Question(session, Page(), []).identity == session


def test_a_cookie_cannot_name_a_link(links: Links) -> None:
    assert users_of(["link:12"])["link:12"] == AnonymousUser()
    assert links.asked == []


def test_all_links_are_looked_up_at_once(links: Links) -> None:
    wanted = [Principal("link", "12"), Principal("link", "13"), Principal("link", "14")]
    users = users_of(wanted)
    assert links.asked == [{"12", "13", "14"}]
    assert [users[principal].pk for principal in wanted] == ["link:12", "link:13", None]


@pytest.mark.parametrize("user", [None, "", "12", "other:12", "link", ":12"])
def test_what_is_not_registered_is_a_user(links: Links, user: str | None) -> None:
    assert principal_of(user) is None


def test_of_feeds_a_link_gets_what_anybody_gets(links: Links) -> None:
    shown = [ElementId("a")]
    assert Page(user="link:12").subscriber("a session", shown) == Subscriber(None, None, frozenset())
    assert Page(user="12").subscriber("a session", shown) == Subscriber("12", "a session", frozenset())


def test_a_kind_is_registered_once(links: Links) -> None:
    register_principal("link", links.users)
    with pytest.raises(ValueError, match="registered twice"):
        register_principal("link", Links().users)
    with pytest.raises(ValueError, match="no name"):
        register_principal("a:b", links.users)
