"""What is rendered once, and when it is not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.template import Context, Template, engines
from django.urls import set_script_prefix
from django.utils import translation
from django.utils.safestring import mark_safe

from live.rendering import fixed
from live.rendering.fixed import fixed_html

Show = Callable[..., str]
SOURCE = '{% load static i18n %}{% static "live/live.css" %} {% translate "Notices" %} {{ value }}'


@pytest.fixture
def show(templates: dict[str, str]) -> Show:
    templates["fixed.html"] = SOURCE

    def show(differing: dict[str, Any] | None = None, **values: Any) -> str:
        context = Context()
        context.template = Template("", engine=engines["django"].engine)
        return fixed_html(context, "fixed.html", differing or {}, **values)

    return show


@pytest.fixture
def renders(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The templates that are rendered."""
    rendered: list[str | None] = []
    render = Template.render

    def note(self: Template, context: Context) -> Any:
        rendered.append(self.name)
        return render(self, context)

    monkeypatch.setattr(Template, "render", note)
    return rendered


def test_the_same_is_rendered_once(show: Show, renders: list[str]) -> None:
    assert {show(value="a<b") for _ in range(3)} == {"/static/live/live.css Notices a&lt;b"}
    assert len(renders) == 1


@pytest.mark.parametrize("values", [("a", "b"), (1, True), ("<", mark_safe("<")), (1, 1.0)])
def test_what_differs_is_rendered_by_itself(show: Show, values: tuple[Any, Any]) -> None:
    one, other = (show(value=value) for value in values)
    assert one != other


def test_it_is_in_the_language_of_its_page(show: Show) -> None:
    shown = []
    for language in ("en", "de", "en"):
        with translation.override(language):
            shown.append(show(value=1))
    assert shown[0] == shown[2] != shown[1]
    assert "Meldungen" in shown[1]


def test_it_is_of_the_static_files_that_there_are(show: Show, settings: Any) -> None:
    before = show(value=1)
    settings.STATIC_URL = "/elsewhere/"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": f"{__name__}.Elsewhere"}}
    assert show(value=1) == before.replace("/static/", "https://cdn.example/1/"), "made anew, for it may be for a time"
    assert show(value=1) == before.replace("/static/", "https://cdn.example/2/")


def test_without_the_app_of_static_files_it_is_of_their_address(show: Show, settings: Any) -> None:
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app != "django.contrib.staticfiles"]
    for url in ("/one/", "/two/"):
        settings.STATIC_URL = url
        assert show(value=1).startswith(url)


def test_under_another_prefix_it_is_another_one(show: Show, renders: list[str]) -> None:
    show(value=1)
    set_script_prefix("/prefix/")
    try:
        show(value=1)
    finally:
        set_script_prefix("/")
    assert len(renders) == 2


def test_what_differs_from_page_to_page_is_put_in(show: Show, renders: list[str]) -> None:
    shown = [show({"value": value}).split()[2:] for value in ("<one>", mark_safe("<two>"), "three")]
    assert shown == [["&lt;one&gt;"], ["<two>"], ["three"]]
    assert len(renders) == 1
    assert [show({"value": value}).split()[2:] for value in ("", None)] == [[], ["None"]]


def test_no_value_is_taken_for_another_one_s_place(show: Show, templates: dict[str, str]) -> None:
    templates["fixed.html"] = "{{ one }} {{ two }}"
    one = fixed._STAND_IN.pattern.replace(r"(\w+)", "two")
    assert show({"one": one, "two": 2}) == f"{one} 2"


def test_while_somebody_develops_nothing_is_remembered(show: Show, settings: Any, templates: dict[str, str]) -> None:
    settings.DEBUG = True
    show(value=1)
    templates["fixed.html"] = "another"
    engines["django"].engine.template_loaders[0].reset()
    assert show(value=1) == "another"


class Elsewhere:
    """A storage that signs its addresses, as that of a bucket may."""

    def __init__(self) -> None:
        self.signed = 0

    def url(self, name: str) -> str:
        self.signed += 1
        return f"https://cdn.example/{self.signed}/{name}"
