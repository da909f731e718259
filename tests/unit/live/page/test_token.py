"""What a page may ask for, signed."""

import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from live import Fragment, FragmentError, fragment
from live.feeds import Feed
from live.keys import PageContext
from live.page.page import Page
from live.page.token import SALT, BadPage, OutdatedPage, is_ours, sign, sign_entry, sign_feed_entry, verify

TOKYO = PageContext("en-us", "Asia/Tokyo")


@pytest.fixture
def panel() -> Fragment:
    @fragment("any.html")
    def panel(pk: int, kind: str) -> dict[str, Any]:
        return {}

    return panel


def test_what_was_signed_comes_back(panel: Fragment) -> None:
    page = Page(user="7")
    keys = [panel.key(pk=pk, kind="é-1") for pk in (3, 1, 2)]
    for key in keys:
        page.add(key)
    back = verify(sign(page))
    assert back.user == "7"
    assert list(back.roots.values()) == keys
    assert list(back.roots) == [key.element for key in keys]


def test_pages_of_the_same_share_their_keys(panel: Fragment) -> None:
    """Else each of thousands of viewers has its own."""
    pages = [Page(user=user, context=TOKYO) for user in ("7", "8")]
    for page in pages:
        page.add(panel.key(pk=1, kind="a").within(TOKYO))
    first, second = (list(verify(sign(page)).roots.values()) for page in pages)
    assert first[0] is second[0]


def test_pages_that_are_the_same_are_one_object_while_one_of_them_is_open(panel: Fragment) -> None:
    def signed(user: str | None, pk: int, *, required: bool = False) -> str:
        page = Page(user=user)
        page.add(panel.key(pk=pk, kind="a"), required=required)
        return sign(page)

    first = verify(signed("7", 1))
    assert verify(signed("7", 1)) is first
    for other in (signed("8", 1), signed(None, 1), signed("7", 2), signed("7", 1, required=True), sign(Page(user="7"))):
        assert verify(other) is not first
    entry = sign_entry(Page(user="7"), panel.key(pk=2, kind="a"))
    assert verify(signed("7", 1), [entry]) is not first and len(first.roots) == 1
    gone = weakref.ref(first)
    del first
    assert gone() is None


def test_a_root_may_be_as_the_settings_say_on_a_page_that_is_not(panel: Fragment, settings: Any) -> None:
    page = Page(user="7")
    page.add(panel.key(pk=1, kind="a"))
    page.context = PageContext("ar", settings.TIME_ZONE)
    back = verify(sign(page))
    assert back.context == page.context
    assert [key.context for key in back.roots.values()] == [None]


def test_what_views_declare_is_known_before_the_first_request(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Django imports them with that, and a socket may come first."""
    monkeypatch.setattr(Feed, "registry", dict(Feed.registry))
    source = """
from live import fragment
from live.feeds import Feed
@fragment("any.html")
def of_a_view(): return {}
class Late(Feed):
    name = "tests.late"
Late()
urlpatterns = []
"""
    (tmp_path / "late_urls.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    settings.ROOT_URLCONF = "late_urls"
    content = {"user": None, "roots": [["late_urls.of_a_view", {}]], "feeds": ["tests.late"]}
    page = verify(signing.dumps(content, salt=SALT, compress=True))
    assert list(page.roots) == ["late_urls-of_a_view"] and page.feeds == {"tests-late": "tests.late"}


def test_what_came_to_the_page_later_is_on_it_too(panel: Fragment) -> None:
    first, later = panel.key(pk=1, kind="a"), panel.key(pk=2, kind="a").named_at("footer")
    page = Page(user="7")
    page.add(first)
    entries = [sign_entry(Page(user="7"), later.of("staff").within(TOKYO)), sign_entry(Page(user="7"), first)]
    back = verify(sign(page), entries)
    assert list(back.roots.values()) == [first, later.within(TOKYO)]
    assert page.roots.keys() == {first.element}, "of another page nothing is known"


def test_what_came_later_may_have_other_options() -> None:
    @fragment("any.html")
    def listed(page: int = 1) -> dict[str, Any]:
        return {}

    page = Page()
    page.add(listed.key())
    back = verify(sign(page), [sign_entry(Page(), listed.key(page=2))])
    assert list(back.roots.values()) == [listed.key(page=2)]


def test_what_came_later_may_be_what_the_page_is_about(panel: Fragment) -> None:
    key, other, part = panel.key(pk=1, kind="a"), panel.key(pk=2, kind="a"), Page()
    part.add(key, required=True)
    part.add(other)
    assert verify(sign(Page()), [sign_entry(part, key), sign_entry(part, other)]).required == {key.element}
    page = Page()
    page.add(key, required=True)
    assert verify(sign(page), [sign_entry(Page(), key)]).required == {key.element}


def test_a_feed_may_come_later_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Feed, "registry", {})

    class News(Feed):
        name = "tests.news"

    news = News()
    entry = sign_feed_entry(Page(user="7"), news, TOKYO)
    assert verify(sign(Page(user="7")), [entry]).feeds == {news.element: news.name}
    page = Page(user="7")
    page.add_feed(news.name, news.element)
    assert verify(sign(page), [entry]).feeds == {news.element: news.name}
    tenant = replace(TOKYO, values=(("tenant", 1),))
    for other in sign_feed_entry(Page(user="8"), news, None), sign_feed_entry(Page(user="7"), news, tenant):
        with pytest.raises(OutdatedPage, match="a part of it was made for"):
            verify(sign(page), [other])
    Feed.registry.clear()
    with pytest.raises(OutdatedPage, match="no feed is called"):
        verify(sign(Page(user="7")), [entry])


def test_parts_for_several_users_are_a_page_to_be_loaded_again(panel: Fragment) -> None:
    with pytest.raises(OutdatedPage, match="for another user"):
        verify(sign(Page()), [sign_entry(Page(user="7"), panel.key(pk=1, kind="a"))])


def test_an_entry_is_no_page_and_a_page_is_no_entry(panel: Fragment) -> None:
    page, entry = sign(Page()), sign_entry(Page(), panel.key(pk=1, kind="a"))
    for token, more in ((entry, []), (page, [page]), (page, ["entry"])):
        with pytest.raises(BadPage):
            verify(token, more)


def test_a_page_for_nobody_in_particular_says_so() -> None:
    assert verify(sign(Page())) == Page(user=None, roots={}, is_signed=True)


def test_one_key_is_on_a_page_once(panel: Fragment) -> None:
    page = Page()
    page.add(panel.key(pk=1, kind="a"))
    with pytest.raises(FragmentError, match="is there twice"):
        page.add(panel.key(pk="1", kind="a"))


@pytest.mark.parametrize("first", ["the parent", "its child"])
def test_what_is_nested_is_not_on_the_page_by_itself_as_well(panel: Fragment, first: str) -> None:
    page, parent, child = Page(), panel.key(pk=1, kind="a"), panel.key(pk=2, kind="a")
    put: list[Callable[[], None]] = [lambda: page.add(parent, [child]), lambda: page.add(child)]
    if first == "its child":
        put.reverse()
    put[0]()
    with pytest.raises(FragmentError, match=r"tests\.panel\(pk=2, kind='a'\) is there twice"):
        put[1]()


def test_what_is_nested_is_no_root(panel: Fragment) -> None:
    page, parent, child = Page(), panel.key(pk=1, kind="a"), panel.key(pk=2, kind="a")
    page.add(parent, [child])
    assert list(verify(sign(page)).roots.values()) == [parent]


@pytest.mark.parametrize("back", [False, True], ids=["on the page", "as it came back"])
def test_nothing_is_added_after_signing(panel: Fragment, back: bool) -> None:
    page = Page()
    token = sign(page)
    with pytest.raises(FragmentError, match="must be the last thing on the page"):
        (verify(token) if back else page).add(panel.key(pk=1, kind="a"))


@pytest.mark.parametrize("token", [None, 1, b"a", ["a"], {}])
def test_no_token_is_a_bad_page(token: Any) -> None:
    with pytest.raises(BadPage, match="^there is no token$"):
        verify(token)


def test_a_forged_token_is_a_bad_page() -> None:
    content, _, signature = sign(Page(user="1")).rpartition(":")
    other, _, _ = sign(Page(user="2")).rpartition(":")
    for forged in (
        "",
        "a",
        "a:b:c",
        "\ud800:a:b",
        f"{other}:{signature}",
        f"{content}:{signature[::-1]}",
        f"{content}:",
    ):
        with pytest.raises(BadPage, match="not signed by this site"):
            verify(forged)
    with pytest.raises(BadPage, match="^the token is not signed by this site, or SECRET_KEY was another one then$"):
        verify("a:b:c")


def test_a_token_is_compressed(panel: Fragment) -> None:
    """It is in the page and in each report."""
    page = Page()
    for pk in range(200):
        page.add(panel.key(pk=pk, kind="line"))
    assert len(sign(page)) < 10 * 200


def test_a_token_of_another_salt_is_a_bad_page() -> None:
    content = {"user": None, "roots": [], "feeds": []}
    assert verify(signing.dumps(content, salt=SALT, compress=True))
    with pytest.raises(BadPage, match="not signed by this site"):
        verify(signing.dumps(content, salt="another", compress=True))


def test_a_token_of_another_secret_is_a_bad_page(settings: Any) -> None:
    token = sign(Page())
    settings.SECRET_KEY = "another secret, as long as it ought to be, but another one"
    with pytest.raises(BadPage, match="not signed by this site"):
        verify(token)


def test_a_token_is_ours_by_a_key_of_today_whatever_the_version(panel: Fragment, settings: Any) -> None:
    page = Page()
    page.add(panel.key(pk=1, kind="a"))
    token = sign(page)
    assert is_ours(token)
    del Fragment.registry[panel.name]
    assert is_ours(token)
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another secret, as long as it ought to be, but another one"
    assert not is_ours(token)
    assert not is_ours(None)
    settings.SECRET_KEY_FALLBACKS = [before]
    assert is_ours(token)


@given(token=st.text(alphabet=st.characters()))
def test_any_text_is_a_bad_page(token: str) -> None:
    with pytest.raises(BadPage):
        verify(token)


def test_a_token_does_not_age(panel: Fragment, monkeypatch: pytest.MonkeyPatch) -> None:
    token = sign(Page(user="1"))
    years = 10 * 365 * 24 * 3600
    monkeypatch.setattr("time.time", lambda clock=signing.time.time: clock() + years)
    assert verify(token).user == "1"


def test_a_fragment_that_is_no_more_makes_the_page_outdated(panel: Fragment) -> None:
    page = Page()
    page.add(panel.key(pk=1, kind="a"))
    token = sign(page)
    del Fragment.registry[panel.name]
    with pytest.raises(OutdatedPage, match=r"from another version of this site: no fragment is called 'tests.panel'"):
        verify(token)


@pytest.mark.parametrize(
    "content",
    [
        {"user": None, "roots": [["tests.panel", {"pk": 1}]]},
        {"user": None, "roots": [["tests.panel", {"pk": "one", "kind": "a"}]]},
        {"user": None, "roots": [["tests.panel", {"pk": 1, "kind": "a"}]] * 2},
        {"user": None, "roots": [["tests.panel"]]},
        {"user": None, "roots": 1},
        {"user": None},
        {"roots": []},
        [],
    ],
)
def test_signed_by_another_version_of_the_site_is_outdated(panel: Fragment, content: Any) -> None:
    with pytest.raises(OutdatedPage, match="from another version of this site"):
        verify(signing.dumps(content, salt=SALT, compress=True))
