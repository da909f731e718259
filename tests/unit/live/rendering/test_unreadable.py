"""What a template has on a page and not in a fragment."""

from typing import Any

import pytest
from django.template import engines
from django.test import RequestFactory

from live import FragmentError, fragment
from live.keys import ElementId, Key
from live.rendering import unreadable
from live.rendering.unreadable import _Viewer

pytestmark = [pytest.mark.django_db]
READS = {
    "{{ shop_name }}": "shop_name",
    "{{ shop_name|upper }}": "shop_name",
    "{% if shop_name %}a{% endif %}": "shop_name",
    "{% if 1 and shop_name == 2 %}a{% endif %}": "shop_name",
    "{% for letter in shop_name %}{{ letter }}{% endfor %}": "shop_name",
    "{{ messages.0 }}": "messages",
    "{% csrf_token %}": "csrf_token",
    "{{ csrf_token }}": "csrf_token",
}


def shop(request: Any) -> dict[str, Any]:
    return {"shop_name": "Flowers"}


@pytest.fixture
def show(templates: dict[str, str], settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Shows a fragment with such HTML on a page of a project whose context processors give a name of the shop."""
    for name in ("_processors", "_logged"):
        monkeypatch.setattr(unreadable, name, set(getattr(unreadable, name)))
    (engine,) = settings.TEMPLATES
    processors = [*engine["OPTIONS"]["context_processors"], f"{__name__}.shop"]
    settings.TEMPLATES = [{**engine, "OPTIONS": {**engine["OPTIONS"], "context_processors": processors}}]

    @fragment("it.html")
    def it() -> dict[str, Any]:
        return {}

    def show(html: str, **context: Any) -> str:
        templates["it.html"] = f"<p>{html}</p>"
        it.function = lambda: context
        page = "{% load live %}{{ shop_name }}: {% live 'tests.it' %}"
        return engines["django"].from_string(page).render({}, RequestFactory().get("/"))

    return show


@pytest.mark.parametrize(("html", "name"), READS.items(), ids=READS)
def test_reading_what_context_processors_give_to_pages_is_an_error(show: Any, html: str, name: str) -> None:
    """It is empty in a fragment, and Django does not say so."""
    words = (
        rf"^tests\.it\(\) reads '{name}', which a context processor gives to pages: a fragment is rendered once for all"
    )
    with pytest.raises(FragmentError, match=words):
        show(html)


@pytest.mark.parametrize(("html", "name"), READS.items(), ids=READS)
def test_in_production_it_is_empty_and_the_log_says_it_once(
    show: Any, settings: Any, caplog: pytest.LogCaptureFixture, html: str, name: str
) -> None:
    settings.LIVE_STRICT = False
    for _ in range(2):
        assert show(html).endswith("></p>")
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith(f"tests.it() reads '{name}', which a context processor gives to pages")


def test_what_the_function_returns_is_read(show: Any) -> None:
    assert show("{{ shop_name }}", shop_name="Trees").endswith(">Trees</p>")
    assert show("{% with shop_name='Fruit' %}{{ shop_name }}{% endwith %}").endswith(">Fruit</p>")


def test_what_nobody_gives_is_empty_as_everywhere_in_django(show: Any) -> None:
    assert show("{{ name_of_nothing }}").endswith("></p>")


def test_calling_the_viewer_raises_as_reading_does() -> None:
    key = Key("tests.it", (), ElementId("tests-it"))
    viewer = unreadable.unreadable(key, [])["user"]
    assert isinstance(viewer, _Viewer)
    with pytest.raises(FragmentError, match=r"^tests\.it\(\) reads 'user'"):
        viewer()


@pytest.mark.parametrize("read", [bool, str])
def test_asking_whether_there_is_a_user_is_reading_it(read: Any) -> None:
    """As a template of Jinja2 does."""
    errors: list[str] = []
    names = unreadable.unreadable(Key("tests.it", (), ElementId("tests-it")), errors)
    with pytest.raises(FragmentError, match="reads 'user'"):
        read(names["user"])
    assert len(errors) == 1
