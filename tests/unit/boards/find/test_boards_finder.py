"""What the finder offers, to whom, for whatever is typed."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.test import Client

from boards.find import finder
from boards.models import Board, Panel, PanelSeries
from series.models import Series

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MakePanel = Callable[..., Panel]


def hits(user: User | AnonymousUser, text: str) -> dict[str, list[str]]:
    """The words of what is offered, by the name of the group."""
    return {group.name: [hit.words for hit in group.hits] for group in finder.search(user, text)}


@pytest.fixture
def editor() -> User:
    user = User.objects.create_user("ada", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_series"))
    return User.objects.get(pk=user.pk)


def test_without_words_it_says_where_one_can_go(board: Board, make_panel: MakePanel) -> None:
    make_panel("cpu")
    pages = ["All boards", "Activity", "Charts"]
    assert hits(AnonymousUser(), " ") == {"Boards": ["Mine"], "Pages": [*pages, "Sign in"]}
    staff = User.objects.create_superuser("eve")
    assert hits(staff, "")["Pages"] == [*pages, "New board", "People", "Admin", "All series", "Tokens"]


def test_all_words_must_be_there_in_any_case_and_what_begins_so_is_first(board: Board) -> None:
    for title in ("Größe der Straße", "Die Größe", "Straße"):
        Board.objects.create(title=title, slug=str(Board.objects.count()), view_by="public")
    assert hits(AnonymousUser(), "GRÖSSE")["Boards"] == ["Größe der Straße", "Die Größe"]
    assert hits(AnonymousUser(), "straße grö")["Boards"] == ["Größe der Straße"]
    assert hits(AnonymousUser(), "nothing of this") == {}


def test_a_series_leads_to_a_panel_that_shows_it(make_panel: MakePanel) -> None:
    panel = make_panel("http.errors")
    PanelSeries.objects.update(label="")
    [panels] = finder.search(AnonymousUser(), "some")
    [series] = finder.search(AnonymousUser(), "errors")
    assert panels.hits == [finder.Hit("Some", "Mine", f"/panels/{panel.pk}")]
    assert series.hits == [finder.Hit("http.errors", "Some · Mine", f"/panels/{panel.pk}")]
    make_panel("http.errors")
    PanelSeries.objects.update(label="")
    assert finder.search(AnonymousUser(), "errors")[0].hits[0].detail == "Some · Mine and 1 more panel"


def test_a_series_is_found_where_a_query_shows_it(make_panel: MakePanel) -> None:
    panel = make_panel()
    Series.objects.create(name="latency", tags={"host": "web-1"})
    assert hits(AnonymousUser(), "web-1") == {}
    PanelSeries.objects.create(panel=panel, query={"selector": "latency{host=*}"})
    assert hits(AnonymousUser(), "web-1 lat") == {"Series": ["latency{host=web-1}"]}


def test_where_a_panel_shows_a_label_others_find_that_and_not_the_series(make_panel: MakePanel, editor: User) -> None:
    panel = make_panel("sales")
    PanelSeries.objects.update(label="")
    series = Series.objects.create(name="sales", tags={"customer": "acme"})
    line = PanelSeries.objects.create(panel=panel, series=series, label="Big customer")
    for user in (AnonymousUser(), User.objects.create_user("somebody")):
        assert hits(user, "acme") == {}
        assert hits(user, "sales") == {"Series": ["sales"]}
        assert hits(user, "big CUSTOMER") == {"Series": ["Big customer"]}
    assert hits(editor, "acme") == {"Series": ["sales{customer=acme}"]}
    line.delete()
    PanelSeries.objects.create(panel=panel, query={"selector": "sales{customer=*}"}, label="Customers")
    assert hits(AnonymousUser(), "acme") == {}
    assert finder.search(AnonymousUser(), "custom")[0].hits == [
        finder.Hit("Customers", "Some · Mine", f"/panels/{panel.pk}")
    ]
    assert hits(editor, "acme") == {"Series": ["sales{customer=acme}"]}
    Board.objects.update(view_by="signed_in")
    assert hits(AnonymousUser(), "custom") == {}


def test_who_may_not_see_something_does_not_find_it(board: Board, make_panel: MakePanel, editor: User) -> None:
    make_panel("secret.orders")
    Series.objects.create(name="secret.unshown")
    Board.objects.update(view_by="signed_in", title="Secret")
    assert hits(AnonymousUser(), "secret") == {}
    assert hits(AnonymousUser(), "some") == {}
    somebody = User.objects.create_user("somebody")
    seen = {"Boards": ["Secret"], "Panels": ["Some"], "Series": ["Secret.Orders"]}
    assert hits(somebody, "secret") == seen
    assert hits(editor, "secret") == {**seen, "Series": ["secret.orders", "secret.unshown"]}
    pk = Series.objects.get(name="secret.unshown").pk
    assert finder.search(editor, "unshown")[0].hits[0].address == f"/admin/series/series/{pk}/change/"


@pytest.mark.parametrize(
    "text", ["%", "_", "\\", "'", '"', "\0", "\ud800", "{", "x" * 100_000, "a " * 50_000, "\u202e", "<q>"]
)
def test_odd_text_finds_nothing_that_it_does_not_mean(client: Client, make_panel: MakePanel, text: str) -> None:
    make_panel("cpu")
    finder.search(AnonymousUser(), text)
    for headers in ({}, {"HX-Request": "true"}):
        response = client.get("/find/", {"q": text.encode(errors="replace").decode()}, headers=headers)
        assert response.status_code == 200
        assert b"<q>" not in response.content
    assert "cpu" not in hits(AnonymousUser(), "%_").get("Series", [])


def test_what_is_offered_is_bounded(make_panel: MakePanel, editor: User, django_assert_max_num_queries) -> None:
    panel = make_panel(*(f"many.{n}" for n in range(30)))
    Series.objects.bulk_create(Series(name=f"more.{n}", identity=f"more.{n}") for n in range(300))
    for number in range(20):
        Board.objects.create(title=f"m{number}", slug=f"m{number}", view_by="public")
    PanelSeries.objects.create(panel=panel, query={"selector": "more.1"})
    with django_assert_max_num_queries(20):
        assert {name: len(words) for name, words in hits(editor, "m").items()} == {
            "Boards": finder.MAX_HITS,
            "Panels": 1,
            "Series": finder.MAX_HITS,
            "Pages": 1,
        }


def test_it_is_a_page_and_for_htmx_the_options_of_a_list(client: Client, make_panel: MakePanel) -> None:
    make_panel("cpu")
    PanelSeries.objects.update(label="")
    page = client.get("/find/?q=cpu").content.decode()
    assert 'name="q" value="cpu"' in page and "<bdi>cpu</bdi>" in page and "1 result</p>" in page
    options = client.get("/find/?q=cpu", headers={"HX-Request": "true"}).content.decode()
    assert options.lstrip().startswith('<div role="group"') and 'role="option"' in options and "<html" not in options
    assert 'id="finder-status" hx-swap-oob="innerHTML">1 result<' in options
    assert "Nothing found" in client.get("/find/?q=nothing-of-this").content.decode()
    assert client.post("/find/").status_code == 405
