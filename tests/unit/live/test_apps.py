"""What the app does to a project's settings, so that its templates work there."""

from typing import Any

import django
import pytest
from django.conf import settings as current
from django.template import engines
from django.template.backends.base import BaseEngine
from django.template.loader import get_template
from django.test import override_settings

from live.apps import add_template_partials


class Other(BaseEngine):
    """An engine that is not Django's, as Jinja's."""

    def __init__(self, params: dict[str, Any]) -> None:
        params.pop("OPTIONS")
        super().__init__(params)

    def get_template(self, template_name: str) -> Any:
        raise django.template.TemplateDoesNotExist(template_name, backend=self)


PAGE = "{% partialdef greeting %}Hello {{ name }}{% endpartialdef %}<p>{% partial greeting %}</p>"
LOADERS = [("django.template.loaders.locmem.Loader", {"page.html": PAGE})]
APP_DIRECTORIES = "django.template.loaders.app_directories.Loader"
BACKEND = {"BACKEND": "django.template.backends.django.DjangoTemplates"}
SETTINGS: dict[str, Any] = {
    "a name of its own": [{**BACKEND, "NAME": "shop", "OPTIONS": {"loaders": LOADERS}}],
    "a tuple of loaders": ({**BACKEND, "OPTIONS": {"loaders": tuple(LOADERS)}},),
    "tags of its own": [{**BACKEND, "OPTIONS": {"loaders": LOADERS, "builtins": ["django.templatetags.i18n"]}}],
    "two engines": [
        {**BACKEND, "NAME": "mails", "APP_DIRS": True},
        {**BACKEND, "NAME": "pages", "OPTIONS": {"loaders": LOADERS}},
    ],
}
if django.VERSION < (6, 0):
    WRAPPED = [("template_partials.loader.Loader", LOADERS)]
    SETTINGS["partials already"] = [{**BACKEND, "OPTIONS": {"loaders": WRAPPED}}]


@pytest.mark.parametrize("templates", SETTINGS.values(), ids=SETTINGS)
def test_partials_work_in_every_engine(settings: Any, templates: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("live.apps.add_template_partials", lambda: None)
        settings.TEMPLATES = templates
    list(engines.all())  # made before the app is ready, as another app's ready() may do
    for _ in range(2):
        add_template_partials()
        assert get_template("page.html").render({"name": "Ann"}) == "<p>Hello Ann</p>"
        assert get_template("page.html#greeting").render({"name": "Bob"}) == "Hello Bob"


@pytest.mark.parametrize("options", [{"APP_DIRS": True}, {"OPTIONS": {"loaders": [APP_DIRECTORIES]}}], ids=str)
def test_templates_of_apps_are_found_as_before(settings: Any, options: dict[str, Any]) -> None:
    settings.TEMPLATES = [{**BACKEND, **options}]
    assert "blockquote" not in get_template("live/gone.html").render()


def test_engines_that_look_in_folders_only_stay_so(settings: Any, tmp_path: Any) -> None:
    (tmp_path / "page.html").write_text(PAGE)
    settings.TEMPLATES = [{**BACKEND, "DIRS": [tmp_path]}]
    assert get_template("page.html#greeting").render({"name": "Bob"}) == "Hello Bob"
    with pytest.raises(django.template.TemplateDoesNotExist):
        get_template("live/gone.html")


def test_what_a_test_overrides_is_completed_and_left_as_it_is() -> None:
    templates = [{**BACKEND, "OPTIONS": {"loaders": LOADERS}}]
    with override_settings(TEMPLATES=templates, MIDDLEWARE=[]):
        assert get_template("page.html#greeting").render({"name": "Bob"}) == "Hello Bob"
        assert current.MIDDLEWARE == ["live.middleware.complete_pages"]
    assert templates == [{**BACKEND, "OPTIONS": {"loaders": LOADERS}}]


def test_engines_of_others_are_left_alone(settings: Any, tmp_path: Any) -> None:
    other = {
        "BACKEND": "tests.unit.live.test_apps.Other",
        "NAME": "other",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {},
    }
    settings.TEMPLATES = [dict(other), {**BACKEND, "OPTIONS": {"loaders": LOADERS}}]
    assert settings.TEMPLATES[0] == other
    assert get_template("page.html#greeting").render({"name": "Bob"}) == "Hello Bob"


def test_a_django_that_has_them_is_left_alone(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(django, "VERSION", (6, 0, 0, "final", 0))
    settings.TEMPLATES = [{**BACKEND, "APP_DIRS": True}]
    add_template_partials()
    assert settings.TEMPLATES == [{**BACKEND, "APP_DIRS": True}]
