"""Lists as an app declares them, and on a page."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import include, path

from live import Fragment, FragmentError, LiveList, fragment, lists, live_list
from live.rendering.render import placeholder, render
from live.testing import watch

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
TEMPLATE = """{% load live %}{% partialdef row %}<tr><td>{{ name }}</td></tr>{% endpartialdef %}
{% partialdef table %}<table><tbody>{% live_list "tests.rows" %}</tbody></table>{% endpartialdef %}"""


def page(request: HttpRequest, source: str) -> HttpResponse:
    tags = {
        "list": '<table><tbody>{% live_list "tests.rows" %}</tbody></table>',
        "twice": '{% live_list "tests.rows" %}{% live_list "tests.rows" start="a" at="again" %}',
        "nested": '{% live "tests.table" %}',
        "wrong": '{% live "tests.rows" %}',
        "row": '{% live_list "tests.row" pk=1 %}',
    }
    source = "{% load live %}" + tags[source] + "{% live_page %}"
    return HttpResponse(engines["django"].from_string(source).render({}, request))


urlpatterns = [path("page/<source>/", page), path("live/", include("live.urls"))]


@pytest.fixture
def rows(templates: dict[str, str]) -> LiveList:
    templates["lists.html"] = TEMPLATE

    @fragment("lists.html#row")
    def row(pk: int) -> dict[str, Any]:
        return {"name": Group.objects.get(pk=pk).name}

    @live_list(row)
    def rows(start: str = "") -> Iterable[int]:
        return Group.objects.filter(name__startswith=start).order_by("name").values_list("pk", flat=True)

    @fragment("lists.html#table")
    def table() -> dict[str, Any]:
        return {}

    return rows


def make(*names: str) -> list[int]:
    return [Group.objects.create(name=name).pk for name in names]


def test_its_items_are_keys_in_order(rows: LiveList) -> None:
    b, a = make("b", "a")
    assert rows.items(rows.key()) == [rows.item.key(pk=a), rows.item.key(pk=b)]
    assert rows.items(rows.key(start="b")) == [rows.item.key(pk=b)]
    assert rows.item.is_item and Fragment.named("tests.rows") is rows
    rendered = render(rows.key())
    assert rendered.is_list and [key.element for key in rendered.children] == [f"tests-row-{a}", f"tests-row-{b}"]


def test_items_of_several_parameters_are_dicts(rows: LiveList) -> None:
    @fragment("lists.html#row")
    def cell(row: int, column: str, wide: bool = False) -> dict[str, Any]:
        return {}

    given: list[Any] = [{"row": 1, "column": "a"}, {"row": 1, "column": "b", "wide": True}]

    @live_list(cell)
    def cells() -> list[Any]:
        return given

    assert cells.items(cells.key()) == [cell.key(row=1, column="a"), cell.key(row=1, column="b", wide=True)]
    given[:] = [1]
    with pytest.raises(FragmentError, match=r"tests.cells has 1, and its items, tests.cell, take \(row, column\)"):
        cells.items(cells.key())


def test_what_is_no_list_is_an_error_that_says_why(rows: LiveList, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FragmentError, match="needs the fragment of its items"):
        live_list("lists.html#row")  # type: ignore[call-overload]
    given: list[Any] = [1, 2, 1]

    @live_list(rows.item)
    def others() -> list[Any]:
        return given

    with pytest.raises(FragmentError, match=r"has tests.row\(pk=1\) twice; is a distinct\(\) missing"):
        render(others.key())
    monkeypatch.setattr(lists, "MAX_ITEMS", 2)
    given[:] = [1, 2, 3]
    with pytest.raises(FragmentError, match="has more than 2 items"):
        render(others.key())
    given[:] = [Group()]
    with pytest.raises(FragmentError, match="pk is <Group: >"):
        render(others.key())


@pytest.mark.parametrize("source", ["wrong", "row"])
def test_a_list_and_a_fragment_have_tags_of_their_own(rows: LiveList, client: Client, source: str) -> None:
    with pytest.raises(FragmentError, match=r"\{% live(_list)? "):
        client.get(f"/page/{source}/")


@pytest.mark.parametrize("source", ["list", "nested"])
def test_an_open_page_shows_what_came_went_and_moved(rows: LiveList, client: Client, source: str) -> None:
    pks = make("b", "c", "d")
    with watch(client, f"/page/{source}/") as open_page:
        new = make("a")[0]
        Group.objects.filter(pk=pks[0]).update(name="e")
        Group.objects.filter(pk=pks[1]).delete()
        rows.changed()
        rows.item.changed(pk=pks[0])
        open_page.update()
        assert open_page.html.count("<tr ") == 3
        order = [open_page.html.index(f'id="tests-row-{pk}"') for pk in (new, pks[2], pks[0])]
        assert order == sorted(order)
        open_page.wait_for(rows.item.key(pk=pks[0]), contains="<td>e</td>")


def test_a_row_of_a_list_that_nothing_has_announced_is_missed(rows: LiveList, client: Client) -> None:
    make("a")
    with watch(client, "/page/list/") as open_page:
        new = make("b")[0]
        with pytest.raises(AssertionError, match="does not show"):
            open_page.wait_for(rows.item.key(pk=new), contains="b", seconds=0)
        assert open_page.update() == {"tests-rows"}


def test_the_same_rows_are_on_a_page_in_two_lists(rows: LiveList, client: Client) -> None:
    pk = make("a", "b")[0]
    html = client.get("/page/twice/").content.decode()
    assert html.count(f'id="tests-row-{pk}"') == html.count(f'id="tests-row-{pk}-_at_again"') == 1


def test_rows_that_somebody_may_not_see_are_not_shown(rows: LiveList, client: Client) -> None:
    mine, other = make("mine", "other")

    @rows.item.visible_to
    def _(user: User, pk: int) -> bool:
        return pk == mine

    html = client.get("/page/list/").content.decode()
    assert "<td>mine</td>" in html and "other" not in html
    assert f'<tr id="tests-row-{other}"' in html and html.count(" hidden>") >= 1
    gone = placeholder(rows.item.key(pk=other), "gone")
    assert gone.tag == "tr" and " hidden" in gone.html and not gone.failed


def test_a_list_that_somebody_may_not_see_is_refused(rows: LiveList, rf: RequestFactory) -> None:
    rows.visible_to(lambda user, start: False)
    with pytest.raises(PermissionDenied, match="tests.rows"):
        page(rf.get("/"), "list")


def test_words_that_stand_for_a_list_are_in_a_row(rows: LiveList) -> None:
    failed = placeholder(rows.key(), "failed")
    assert failed.is_list and failed.failed
    assert "></template><tr><td colspan" in failed.html


def test_a_list_differs_per_audience(rows: LiveList, client: Client) -> None:
    def start(user: User) -> str:
        return "a"

    @live_list(rows.item, per=start)
    def mine(audience: str) -> Iterable[int]:
        return Group.objects.filter(name__startswith=audience).values_list("pk", flat=True)

    pk = make("a", "b")[0]
    assert [item.element for item in mine.items(mine.key(audience="a"))] == [f"tests-row-{pk}"]
