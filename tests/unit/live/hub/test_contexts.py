"""Pages in several languages and time zones: rendered once for each of them, and each page is sent its own."""

from collections.abc import Collection, Sequence
from contextvars import copy_context
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from live import Fragment, around_pages, fragment
from live.feeds import Feed, Item, Subscriber
from live.hub.hub import Hub
from live.hub.periodic_tasks import recheck_access, sweep_feeds
from live.hub.viewer import Viewer
from live.keys import ElementId, PageContext
from live.middleware import complete_pages
from live.page.page import Reason
from live.page.token import sign, sign_values, verify
from live.rendering.render import out_of_date, render
from live.socket.connection import Connection
from tests.unit.live.crew import sign_in
from tests.unit.live.screens import Screen, in_thread, renders, settled
from tests.unit.live.tenants import ROUTER, Tenants, in_tenant, tenant

pytestmark = pytest.mark.database

GERMAN, TOKYO = PageContext("de", "UTC"), PageContext("en", "Asia/Tokyo")


@pytest.fixture
def count(templates: dict[str, str]) -> Fragment:
    templates["count.html"] = (
        "{% load i18n tz %}{% get_current_language as language %}{% get_current_timezone as zone %}"
        "<p>{{ number }} in {{ language }} {{ zone }}</p>"
    )

    @fragment("count.html")
    def count() -> dict[str, Any]:
        return {"number": Group.objects.count()}

    return count


async def test_each_language_and_zone_is_rendered_once_and_a_change_is_one_of_all(hub: Hub, count: Fragment) -> None:
    contexts = [None, GERMAN, TOKYO, GERMAN, GERMAN, TOKYO, None]
    screens = [await Screen(count.key().within(context)).join(hub) for context in contexts]
    for screen in screens:
        screen.forget()
    before = renders("tests.count")
    await in_thread(lambda: (Group.objects.create(name="new"), count.changed()))
    words = {None: "1 in en UTC", GERMAN: "1 in de UTC", TOKYO: "1 in en Asia/Tokyo"}
    for screen, context in zip(screens, contexts, strict=True):
        await screen.gets(words[context])
    await settled(hub)
    assert renders("tests.count") == before + 3
    assert all(screen.frames == [["tests-count"]] for screen in screens)
    for screen in screens:
        hub.leave(screen.viewer)
    assert hub.core.watches == {} and not hub.core.watches._by_element


async def test_a_language_more_costs_one_rendering_more_and_nothing_else(
    hub: Hub, count: Fragment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many look at it in that language: one call of the function, and what that asks."""
    asked: list[str] = []
    execute = CursorWrapper.execute

    def counted(self: CursorWrapper, sql: str, *arguments: Any) -> Any:
        asked.append(sql)
        return execute(self, sql, *arguments)

    monkeypatch.setattr(CursorWrapper, "execute", counted)

    async def cost(*contexts: PageContext | None) -> tuple[float, int, int]:
        """Of one change: renderings, queries, and messages that are made."""
        screens = [await Screen(count.key().within(context)).join(hub) for context in contexts]
        await settled(hub)
        rendered = renders("tests.count")
        for screen in screens:
            screen.forget()
        asked.clear()
        await in_thread(lambda: (Group.objects.create(name=f"{len(contexts)}"), count.changed()))
        for screen in screens:
            await screen.gets("in ")
        await settled(hub)
        questions, messages = len(asked), {id(message) for screen in screens for message in screen.messages}
        for screen in screens:
            hub.leave(screen.viewer)
        return renders("tests.count") - rendered, questions, len(messages)

    renderings, queries, messages = await cost(None, None)
    assert (renderings, messages) == (1, 1)
    assert await cost(None, None, GERMAN, GERMAN) == (2, queries + 1, 2)


class News(Feed):
    """A new group is an item, for everybody."""

    name = "tests.news"

    def newest(self, after: int, limit: int) -> Sequence[Item]:
        return [self.item(group) for group in tenants_groups().filter(pk__gt=after).order_by("pk")[:limit]]

    def item(self, group: Group) -> Item:
        def render() -> str:
            rendered.append(group.name)
            return f'<p id="news-{group.pk}">{group.name} {date_format(localtime(MOMENT), "F H")}</p>'

        return Item(group.pk, str(group.pk), render, "news")

    def recipients(self, item: Item, among: Collection[Subscriber]) -> Collection[Subscriber]:
        tenants_groups().exists()
        return among

    def reset(self) -> str:
        return f"<p>missed until {date_format(localtime(MOMENT), 'F H')}</p>"


MOMENT = datetime(2030, 5, 1, 12, tzinfo=UTC)
NEWS = ElementId("tests-news")
rendered: list[str] = []


def tenants_groups() -> QuerySet[Group]:
    """In tests that have no tenants, all."""
    return Group.objects.filter(name__startswith=tenant.get(""))


@pytest.fixture
def news(monkeypatch: pytest.MonkeyPatch) -> News:
    monkeypatch.setattr(Feed, "registry", {})
    rendered.clear()
    return News()


async def reader(hub: Hub, cursor: int, context: PageContext | None) -> Screen:
    screen = Screen()
    screen.page.add_feed("tests.news", NEWS)
    screen.page.context = context
    return await screen.join(hub, {NEWS: str(cursor)})


async def test_an_item_is_rendered_once_for_each_language_and_zone(news: News, hub: Hub) -> None:
    words = {None: "a May 12", GERMAN: "a Mai 12", TOKYO: "a May 21"}
    screens = [(context, await reader(hub, 0, context)) for context in [*words, *words]]
    await in_thread(lambda: (Group.objects.create(name="a"), news.changed()))
    for context, screen in screens:
        await screen.gets(words[context])
    assert rendered == ["a", "a", "a"]
    hub.core.viewers.discard(screens[1][1].viewer), hub.core.viewers.discard(screens[4][1].viewer)
    await sweep_feeds(hub)
    await settled(hub)
    [buffer] = hub.feeds.buffers.values()
    assert {context for context, _ in buffer.html} == {None, TOKYO}, "what no page shows any more is forgotten"


async def test_that_items_are_missed_is_in_the_words_of_each_page(
    news: News, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.hub.cursors.MAX_ITEMS_PER_PAGE", 1)
    await in_thread(lambda: [Group.objects.create(name=name) for name in "abc"])
    german, tokyo = await reader(hub, 0, GERMAN), await reader(hub, 0, TOKYO)
    await german.gets("missed until Mai 12")
    await tokyo.gets("missed until May 21")


async def test_receipts_are_counted_for_all_contexts_together(hub: Hub, count: Fragment) -> None:
    keys = [count.key(), count.key().within(GERMAN), count.key().within(GERMAN)]
    screens = [await Screen(key).join(hub) for key in keys]
    screens[1].viewer.reported[count.key().element] = "older"
    assert hub.receipts("tests.count") == {count.key(): (2, 3)}


@pytest.mark.parametrize(("code", "direction"), [("ar", ' lang="ar" dir="rtl"'), ("de", ' lang="de"')])
async def test_a_page_ends_in_words_of_its_own_language(hub: Hub, code: str, direction: str) -> None:
    screen, context = Screen(), PageContext(code, "UTC")
    hub.close([Viewer(Connection(screen.send, page_context=context), None, screen.page)], Reason.FORBIDDEN)
    with translation.override(code):
        words = gettext("You no longer have access to this page, so it has stopped.")
    assert words != "You no longer have access to this page, so it has stopped."
    assert f"<p{direction}>{words}</p>" in await screen.gets("live-message")


async def test_what_is_out_of_date_is_said_in_the_language_and_zone_of_the_page(hub: Hub, count: Fragment) -> None:
    """On the event loop: nothing that a project sets around pages is called there."""
    around_pages(in_tenant)
    rendered = await in_thread(lambda: render(count.key().within(PageContext("en", "UTC", (("tenant", "a"),)))))
    made = replace(rendered, read_at=MOMENT.timestamp(), key=count.key().within(TOKYO))
    assert out_of_date(made).out_of_date == "Out of date: as of May 1, 21:00:00 JST"
    assert " Mai, 12:00:00 UTC" in out_of_date(replace(made, key=count.key().within(GERMAN))).out_of_date


# Tenants: what the database is asked says of which one it is


async def test_everything_of_a_page_is_asked_of_its_tenants_database(
    hub: Hub, news: News, templates: dict[str, str], settings: Any
) -> None:
    templates["groups.html"] = "<p>{{ audience }}: {{ names }}</p>"

    def role(user: Any, context: PageContext) -> str:
        return f"{user.username} of {context['tenant']}, {tenants_groups().count()}"

    @fragment("groups.html", per=role)
    def tenants(audience: str, pk: int) -> dict[str, Any]:
        return {"audience": audience, "names": " ".join(tenants_groups().values_list("name", flat=True))}

    @tenants.visible_to
    def _(user: Any, context: PageContext, pk: int) -> bool:
        return tenants_groups().exists() and context["tenant"] == tenant.get()

    def page(user: Any, name: str) -> Viewer:
        request = HttpRequest()
        request.user = user
        source = (
            '{% load live %}{% live_context tenant=name %}{% live "tests.tenants" pk=1 %}{% live_feed "tests.news" %}'
        )
        Template(source).render(Context({"request": request, "name": name}))
        request.live_page.context = PageContext("en", "UTC", (("tenant", name),))  # type: ignore[attr-defined]
        return Viewer(Connection(screens[name].send), session, verify(sign(request.live_page)))  # type: ignore[attr-defined]

    def make() -> tuple[Any, str]:
        # With what no seal and no version has in it: the HTML is searched for them.
        for name in "a.1", "b.1", "b.2":
            Group.objects.create(name=name)
        return sign_in()

    ann, session = await in_thread(make)
    screens = {"a": Screen(), "b": Screen()}
    around_pages(in_tenant)
    settings.DATABASE_ROUTERS = [ROUTER]
    Tenants.asked.clear()
    for name, screen in screens.items():
        screen.viewer = await in_thread(partial(page, ann, name))
        access = await hub.admit(session, screen.viewer.page)
        assert access.refusal is None and access.withheld == {}
        screen.viewer.audiences = access.audiences
        await screen.join(hub, {ElementId("tests-tenants-1"): "", NEWS: "0"})
    assert "ann of a, 1: a.1" in "".join(screens["a"].texts) and "ann of b, 2: b.1 b.2" in "".join(screens["b"].texts)
    assert [len(hub.feeds.buffers), rendered] == [2, ["a.1", "b.1", "b.2"]]
    assert "b.1" not in "".join(screens["a"].texts)
    with_tenant = copy_context()
    with_tenant.run(tenant.set, "of whoever writes")

    def write() -> None:
        Group.objects.create(name="a.2")
        tenants.changed(pk=1)
        news.changed()

    await in_thread(lambda: with_tenant.run(write))
    await recheck_access(hub)
    await screens["a"].gets("ann of a, 2: a.1 a.2")
    await screens["a"].gets(">a.2 May 12</p>")
    await settled(hub)
    assert [screen.codes for screen in screens.values()] == [[], []]
    assert "a.2" not in "".join(screens["b"].texts)
    assert {(name, model) for name, model in Tenants.asked if name in screens} == {
        (name, model) for name in screens for model in ("Session", "User", "Group")
    }
    hub.leave(screens["b"].viewer)
    await sweep_feeds(hub)
    await settled(hub)
    assert [key.data for key in hub.feeds.buffers] == [PageContext("en", "UTC", (("tenant", "a"),))]


async def test_of_what_is_of_a_tenant_a_former_member_gets_what_asks_nobody_and_no_page_that_requires_them(
    hub: Hub, news: News, templates: dict[str, str]
) -> None:
    """Where tenants share a host, what a page was signed with may be sent to any view, and at any time."""
    templates["of.html"] = "<p>{{ name }}</p>"
    members: set[tuple[str, object]] = set()

    @fragment("of.html")
    def member() -> dict[str, Any]:
        return {"name": "for members"}

    @member.visible_to
    def _(user: Any, context: PageContext) -> bool:
        return (user.username, context.get("tenant")) in members

    @fragment("of.html")
    def anybody() -> dict[str, Any]:
        return {"name": "for anybody"}

    def respond(source: str, header: str = "") -> tuple[HttpRequest, str]:
        request = HttpRequest()
        request.user = ann
        if header:
            request.META |= {"HTTP_LIVE_CONTEXT": header, "HTTP_HOST": "testserver", "HTTP_HX_REQUEST": "true"}

        def view(request: HttpRequest) -> HttpResponse:
            return HttpResponse(Template("{% load live %}" + source).render(Context({"request": request})))

        return request, complete_pages(view)(request).content.decode()

    ann, session = await in_thread(sign_in)
    members.add(("ann", "a"))
    shown = '{% live_context tenant="a" %}{% live "tests.member" required=True %}{% live_feed "tests.news" %}'
    request, _html = await in_thread(lambda: respond(shown))
    page: Any = request.live_page  # type: ignore[attr-defined]
    page.context = PageContext("en", "UTC", page.values)
    token, header = sign(page), sign_values(page.values, "testserver")
    screen = Screen()
    screen.viewer = Viewer(Connection(screen.send), session, verify(token))
    await screen.join(hub, {member.key().element: "", NEWS: "0"})
    await screen.gets("for members")
    members.clear()
    await recheck_access(hub)
    await screen.gets("no longer have access")
    assert screen.codes == [4403], "also its feeds have ended"
    access = await hub.admit(session, verify(token))
    assert access.refusal is not None and access.refusal.reason is Reason.FORBIDDEN
    with pytest.raises(PermissionDenied):
        await in_thread(lambda: respond('{% live "tests.member" %}', header))
    _request, html = await in_thread(lambda: respond('{% live "tests.anybody" %}', header))
    assert "for anybody" in html


async def test_rows_are_loaded_from_the_database_of_their_page(
    hub: Hub, templates: dict[str, str], settings: Any
) -> None:
    templates["row.html"] = "<p>{{ group.name }} of {{ tenant }}</p>"

    def load(pks: Collection[int]) -> dict[int, Group]:
        return tenants_groups().in_bulk(list(pks))

    @fragment("row.html", load_many=load)
    def row(group: Group, pk: int) -> dict[str, Any]:
        return {"group": group, "tenant": tenant.get()}

    names = ["a1", "b1"]
    pks = await in_thread(lambda: [Group.objects.create(name=name).pk for name in names])
    around_pages(in_tenant)
    settings.DATABASE_ROUTERS = [ROUTER]
    screens = {}
    for name in "ab":
        context = PageContext("en", "UTC", (("tenant", name),))
        screens[name] = await Screen(*(row.key(pk=pk).within(context) for pk in pks)).join(
            hub, dict.fromkeys([row.key(pk=pk).element for pk in pks], "none")
        )
    assert "a1 of a" in "".join(screens["a"].texts) and "b1 of b" in "".join(screens["b"].texts)
    for name, screen in screens.items():
        assert "".join(screen.texts).count("no longer here") == 1
        assert f"of {'b' if name == 'a' else 'a'}" not in "".join(screen.texts)
