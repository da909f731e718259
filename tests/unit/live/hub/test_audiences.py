"""A fragment that differs per audience: rendered once for each, and switched while the page is open."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.http import HttpRequest
from django.template import Context, Template

from live import Fragment, FragmentError, fragment, html_of
from live.hub.hub import Hub
from live.hub.periodic_tasks import recheck_access
from live.keys import Key
from live.page.access import audience_of, check, visitor
from live.page.page import Page
from live.page.token import sign, verify
from live.rendering.render import render
from live.rendering.tree import render_tree
from tests.unit.live.crew import sign_in
from tests.unit.live.screens import Screen, in_thread, renders, settled
from tests.waiting import until_async

pytestmark = pytest.mark.database


def role(user: Any) -> str:
    return "staff" if getattr(user, "is_staff", False) else "visitors"


@pytest.fixture
def desk(templates: dict[str, str]) -> Fragment:
    """What staff and visitors see of the groups; staff also see how many there are."""
    templates["desk.html"] = "<p>for {{ audience }}: {{ names }}{% if count %}, {{ count }} in all{% endif %}</p>"

    @fragment("desk.html", per=role)
    def desk(audience: str) -> dict[str, Any]:
        names = list(Group.objects.order_by("pk").values_list("name", flat=True))
        return {"audience": audience, "names": " ".join(names), "count": audience == "staff" and len(names)}

    return desk


def page_with(*keys: Key, user: User | None = None) -> Page:
    page = Page(user=str(user.pk) if user else None)
    for key in keys:
        page.add(key)
    return page


# Keys


def test_audiences_are_one_element_and_several_renderings(desk: Fragment) -> None:
    staff, visitors = desk.key(audience="staff"), desk.key(audience="visitors")
    assert staff.element == visitors.element == desk.key().element == "tests-desk"
    assert len({staff.id, visitors.id, desk.key().id}) == 3
    assert str(staff) == "tests.desk(audience='staff')"
    assert staff.of(None) == desk.key()


@pytest.mark.parametrize(("one", "other"), [("a", "b"), ("1", 1), ("a@b", "a-b"), ("", "a"), ("a|b", "a|b|")])
def test_different_audiences_have_different_ids(desk: Fragment, one: Any, other: Any) -> None:
    assert desk.key(audience=one).id != desk.key(audience=other).id


@pytest.mark.parametrize("audience", [True, 1.5, ["a"], b"a"])
def test_what_is_no_audience_is_refused_in_words(desk: Fragment, audience: Any) -> None:
    with pytest.raises(FragmentError, match="per= must give an int, a str"):
        desk.key(audience=audience)


def nothing_first() -> dict[str, Any]:
    return {}


def pk_first(pk: int, audience: str) -> dict[str, Any]:
    return {}


def by_name_alone(*, audience: str) -> dict[str, Any]:
    return {}


@pytest.mark.parametrize("function", [nothing_first, pk_first, by_name_alone])
def test_a_function_that_does_not_have_the_audience_first_is_refused(function: Callable[..., Any]) -> None:
    start = rf"tests\.{function.__name__} gets audience first: def {function.__name__}\(audience, \.\.\.\)"
    with pytest.raises(FragmentError, match=start):
        fragment("desk.html", per=role)(function)
    assert f"tests.{function.__name__}" not in Fragment.registry


def test_the_audience_comes_before_the_parameters_of_the_key() -> None:
    def desk(audience: str, pk: int, range: str = "") -> dict[str, Any]:
        return {"audience": audience, "pk": pk, "range": range}

    declared = fragment("desk.html", per=role)(desk)
    key = declared.key(pk=1, audience="lead")
    assert declared.context(key) == {"audience": "lead", "pk": 1, "range": ""}
    assert key.element == "tests-desk-1"


def test_a_parameter_called_audience_is_otherwise_one_like_others(templates: dict[str, str]) -> None:
    templates["plain.html"] = "<p>{{ audience }}</p>"

    @fragment("plain.html")
    def plain(audience: str) -> dict[str, Any]:
        return {"audience": audience}

    assert plain.key(audience="a").element == "tests-plain-a"
    assert ">a</p>" in html_of(plain.key(audience="a"))


def test_nobody_knows_which_is_said(desk: Fragment, db: None) -> None:
    with pytest.raises(FragmentError, match="nobody is here to tell which"):
        render(desk.key())


def test_reading_a_user_raises_in_every_audience(templates: dict[str, str], db: None) -> None:
    templates["nosy.html"] = "<p>{{ user.username }}</p>"

    @fragment("nosy.html", per=role)
    def nosy(audience: str) -> dict[str, Any]:
        return {}

    with pytest.raises(FragmentError, match="reads 'user'"):
        render(nosy.key(audience="staff"))


def test_a_shared_fragment_that_nests_one_without_saying_which_raises(
    desk: Fragment, templates: dict[str, str], db: None
) -> None:
    templates["shared.html"] = '{% load live %}<div>{% live "tests.desk" %}</div>'

    @fragment("shared.html")
    def shared() -> dict[str, Any]:
        return {}

    with pytest.raises(FragmentError, match="nobody is here to tell which"):
        render_tree([shared.key()])
    templates["shared.html"] = '{% load live %}<div>{% live "tests.desk" audience="staff" %}</div>'


def test_an_audience_may_nest_its_own(desk: Fragment, templates: dict[str, str], db: None) -> None:
    templates["outer.html"] = '{% load live %}<div>{% live "tests.desk" audience=audience %}</div>'

    @fragment("outer.html", per=role)
    def outer(audience: str) -> dict[str, Any]:
        return {"audience": audience}

    assert "for staff" in html_of(outer.key(audience="staff"))
    assert [key.audience for key in render(outer.key(audience="staff")).children] == ["staff"]


# The page


def paint(user: Any) -> tuple[str, Page]:
    request = HttpRequest()
    request.user = user
    html = Template('{% load live %}{% live "tests.desk" %}').render(Context({"request": request}))
    return html, request.live_page  # type: ignore[attr-defined]


def test_a_page_shows_its_users_audience_and_its_token_does_not_say_which(desk: Fragment, db: None) -> None:
    staff = User(pk=1, username="ann", is_staff=True)
    html, page = paint(staff)
    assert 'id="tests-desk"' in html and "for staff" in html
    assert "for visitors" in paint(AnonymousUser())[0]
    assert list(verify(sign(page)).roots.values()) == [desk.key()]


def test_who_asks_is_asked_with_their_session(rf: Any) -> None:
    request = rf.get("/")
    assert visitor(request).live_session is None  # type: ignore[union-attr]

    class Session:
        session_key = "abc"

    request.session = Session()
    assert visitor(request).live_session == "abc"  # type: ignore[union-attr]


def test_the_answer_says_as_what_somebody_is_there(desk: Fragment, db: None) -> None:
    _, session = sign_in()
    page = page_with(desk.key())
    assert check(None, page, []).audiences == {"tests.desk": "visitors"}
    assert check(session, page, []).audiences == {"tests.desk": "visitors"}
    User.objects.update(is_staff=True)
    assert check(session, page, []).audiences == {"tests.desk": "staff"}
    assert audience_of(User.objects.get(), desk.key()) == desk.key(audience="staff")


def test_an_empty_audience_is_one(templates: dict[str, str], db: None) -> None:
    templates["empty.html"] = "<p>{{ audience }}</p>"

    @fragment("empty.html", per=lambda user: "")
    def empty(audience: str) -> dict[str, Any]:
        return {"audience": audience}

    assert check(None, page_with(empty.key()), []).audiences == {"tests.empty": ""}


# Pushing


async def screen(hub: Hub, desk: Fragment, audience: str, **whose: Any) -> Screen:
    """A page that is connected, as that audience."""
    new = Screen(desk.key(), **whose)
    new.viewer.audiences = {"tests.desk": audience}
    shown = await in_thread(lambda: render(desk.key(audience=audience)).version)
    return await new.join(hub, {"tests-desk": shown})


async def test_each_audience_is_rendered_once_and_gets_its_own(hub: Hub, desk: Fragment) -> None:
    staff = [await screen(hub, desk, "staff") for _ in range(3)]
    visitors = [await screen(hub, desk, "visitors") for _ in range(5)]
    for each in staff + visitors:
        each.forget()
    before = renders("tests.desk")
    await in_thread(lambda: (Group.objects.create(name="new"), desk.changed()))
    for each in staff:
        assert "for staff: new, 1 in all" in await each.gets("new")
    for each in visitors:
        assert "1 in all" not in await each.gets("for visitors: new")
    await settled(hub)
    assert renders("tests.desk") == before + 2
    assert all(each.frames == [["tests-desk"]] for each in staff + visitors)


async def test_one_audience_can_be_announced_alone(hub: Hub, desk: Fragment) -> None:
    staff, visitors = await screen(hub, desk, "staff"), await screen(hub, desk, "visitors")
    before = renders("tests.desk")
    await in_thread(lambda: (Group.objects.create(name="new"), desk.changed(audience="staff")))
    await staff.gets("new")
    await settled(hub)
    assert renders("tests.desk") == before + 1
    assert visitors.frames == []


async def test_who_becomes_another_audience_is_shown_its_fragment_in_place(hub: Hub, desk: Fragment) -> None:
    user, session = await in_thread(sign_in)
    ann = await screen(hub, desk, "visitors", user=str(user.pk), session=session)
    other = await screen(hub, desk, "visitors")
    await in_thread(lambda: User.objects.update(is_staff=True))
    await recheck_access(hub)
    assert 'id="tests-desk"' in await ann.gets("for staff")
    await settled(hub)
    assert ann.codes == [] and other.frames == []
    assert ann.viewer.watching == {desk.key(audience="staff").id}
    # ... and from now on it gets that one's changes.
    ann.forget()
    await in_thread(lambda: (Group.objects.create(name="new"), desk.changed()))
    await ann.gets("for staff: new")


async def test_an_audience_that_nobody_shows_any_more_is_not_rendered(hub: Hub, desk: Fragment) -> None:
    staff, visitors = await screen(hub, desk, "staff"), await screen(hub, desk, "visitors")
    hub.leave(staff.viewer)
    before = renders("tests.desk")
    await in_thread(lambda: (Group.objects.create(name="new"), desk.changed()))
    await visitors.gets("new")
    await settled(hub)
    assert renders("tests.desk") == before + 1
    hub.leave(visitors.viewer)
    assert hub.core.watches == {} and not hub.core.watches._by_element


async def test_a_page_that_comes_back_as_another_audience_is_brought_up_to_date(hub: Hub, desk: Fragment) -> None:
    shown = await in_thread(lambda: render(desk.key(audience="visitors")).version)
    back = Screen(desk.key())
    back.viewer.audiences = {"tests.desk": "staff"}
    await back.join(hub, {"tests-desk": shown})
    await until_async(lambda: any("for staff" in text for text in back.texts), "what staff see")
