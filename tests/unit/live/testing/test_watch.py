"""An open page without a browser."""

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client
from django.urls import include, path

from live.keys import ANY, FragmentError
from live.testing import watch
from live.testing.elements import End
from tests.unit.live import crew as crews
from tests.unit.live.crew import Crew, pk, rename

pytestmark = pytest.mark.urls(__name__)
both = pytest.mark.parametrize(
    "kind",
    [
        pytest.param("in a transaction", marks=pytest.mark.django_db),
        pytest.param("that commits", marks=pytest.mark.django_db(transaction=True)),
    ],
)


def page(request: HttpRequest, pk: int) -> HttpResponse:
    shown = "<div>{% live 'tests.team' pk=pk %}{% live 'tests.team' pk=pk at='footer' %}</div>"
    source = "{% load live %}" + shown + "{% live_page %}"
    return HttpResponse(engines["django"].from_string(source).render({"pk": pk}, request))


urlpatterns = [
    path("team/<int:pk>/", page),
    path("plain/", lambda request: HttpResponse("<p>plain</p>")),
    path("live/", include("live.urls")),
]


@both
def test_it_shows_what_was_changed_and_announced(crew: Crew, client: Client, kind: str) -> None:
    team, [ann, _bob] = crew.make("crew", "Ann", "Bob")
    with watch(client, f"/team/{pk(team)}/") as page:
        assert "Ann" in str(page.shows(team)) and "Ann" not in str(page.shows(_bob))
        rename(ann, "Anna")
        crew.person.changed(pk=pk(ann))
        page.wait_for(ann, contains=">Anna<")
        assert page.html.count(">Anna<") == 2, "also in the other element, which nests its own"
        crew.hire(pk(team), "Cid")
        crew.team.changed(pk=pk(team))
        page.wait_for(team, contains="Cid")
        page.wait_for(team.named_at("footer"), contains="Cid")


@both
def test_it_shows_what_was_announced_of_all(crew: Crew, client: Client, kind: str) -> None:
    team, [ann, bob] = crew.make("crew", "Ann", "Bob")
    with watch(client, f"/team/{pk(team)}/") as page:
        rename(ann, "Anna")
        rename(bob, "Rob")
        crew.person.changed(pk=ANY)
        page.wait_for(ann, contains=">Anna<")
        page.wait_for(bob, contains=">Rob<")
        assert page.html.count(">Anna<") == 2, "also in the other element"


@pytest.mark.django_db
def test_rows_of_a_table_are_shown(crew: Crew, client: Client, templates: dict[str, str]) -> None:
    templates["crew.html"] = (
        crews.TEMPLATE.replace("section", "tbody").replace("h2", "tr").replace("p>", "tr>").replace("<p ", "<tr ")
    )
    team, [ann] = crew.make("crew", "Ann")
    with watch(client, f"/team/{pk(team)}/") as page:
        rename(ann, "Anna")
        crew.person.changed(pk=pk(ann))
        page.wait_for(ann, contains=">Anna</tr>")
        crew.hire(pk(team), "Cid")
        crew.team.changed(pk=pk(team))
        page.wait_for(team, contains=">Cid</tr>")
        assert "<template" not in page.html


@pytest.mark.django_db
def test_a_change_that_nothing_announces_is_a_failure_that_says_so(crew: Crew, client: Client) -> None:
    """The real page would show it some seconds later, and nobody would know why it is so slow."""
    team, [ann] = crew.make("crew", "Ann")
    with watch(client, f"/team/{pk(team)}/") as page:
        rename(ann, "Anna")
        with pytest.raises(AssertionError, match=r"(?s)not contain 'Anna'.*Ann.*has announced it: call changed\(\)"):
            page.wait_for(ann, contains="Anna", seconds=0)
        crew.person.changed(pk=pk(ann))
        page.wait_for(ann, contains="Anna")


@pytest.mark.django_db
def test_what_is_not_there_and_what_does_not_come_is_said(crew: Crew, client: Client) -> None:
    team, [ann] = crew.make("crew", "Ann")
    with watch(client, f"/team/{pk(team)}/") as page:
        with pytest.raises(AssertionError, match=r"the page does not show tests\.person\(pk=0\)"):
            page.wait_for(crew.person.key(pk=0), contains="a", seconds=0)
        with pytest.raises(AssertionError, match=r"does not contain 'Bob' after 0 s: <p .*>Ann</p>$"):
            page.wait_for(ann, contains="Bob", seconds=0)
    with (
        pytest.raises(AssertionError, match=r"/plain/ is no live page: status 200, '<p>plain</p>'"),
        watch(client, "/plain/"),
    ):
        pass


@pytest.mark.django_db
def test_a_page_that_may_not_be_seen_any_more_has_ended(crew: Crew, client: Client) -> None:
    user = User.objects.create_user("viewer")
    client.force_login(user)
    team, _ = crew.make("crew", "Ann")
    with watch(client, f"/team/{pk(team)}/") as page:
        client.logout()
        with pytest.raises(AssertionError, match="the page has ended: status 401, .*signed in"):
            page.wait_for(team, contains="Ann")


@pytest.mark.parametrize(
    ("html", "element"),
    [
        ("<p>a</p><p>b</p>", "<p>a</p>"),
        ("<div><div>\n</div\n ><br>a</div>\n<div>", "<div><div>\n</div\n ><br>a</div>"),
        ("<g><g/><g title='</g>'></g></g></svg>", "<g><g/><g title='</g>'></g></g>"),
    ],
)
def test_where_an_element_ends(html: str, element: str) -> None:
    assert html[: End(html[1 : html.index(">")]).of(html)] == element


def test_an_element_that_does_not_end_is_said() -> None:
    with pytest.raises(FragmentError, match="<p> does not end"):
        End("p").of("<p><b></b>")
