from typing import Any

import django
from django.apps import AppConfig
from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import autodiscover_modules


class LiveConfig(AppConfig):
    name = "live"

    def ready(self) -> None:
        from live import checks, dependencies  # noqa: F401  checks register themselves
        from live.page.first_paint import fill_slots
        from live.testing.connections import release_before_databases_are_destroyed

        release_before_databases_are_destroyed()
        add_template_partials()
        add_middleware()
        setting_changed.connect(complete_overridden)
        fill_slots()
        dependencies.connect()
        autodiscover_modules("fragments")
        if settings.DEBUG:
            from live.debug.page import record

            record.start()


def complete_overridden(*, setting: str, **_signal: Any) -> None:
    """What a test puts in a setting's place, as ``override_settings`` does, is completed as what stood there was."""
    if setting == "TEMPLATES":
        add_template_partials()
    elif setting == "MIDDLEWARE":
        add_middleware()


def add_middleware() -> None:
    """Have pages looked at as they leave, see ``live.middleware``: what is forgotten in a page is no line in settings
    that can be forgotten, too."""
    name = "live.middleware.complete_pages"
    if name not in settings.MIDDLEWARE:
        settings.MIDDLEWARE = [name, *settings.MIDDLEWARE]


def add_template_partials() -> None:
    """Give every template engine what Django has from 6.0 on: ``{% partialdef %}``, and names such as ``a.html#part``.

    Until then it comes from django-template-partials. Its own app config sees no engine but one named "django", drops
    the loaders that a project has configured, and needs ``{% load partials %}``, which Django 6 refuses.
    """
    if django.VERSION >= (6, 0):
        return
    from django.template import engines

    # A copy: a test may put in the same list again, and compare it.
    configured: list[dict[str, Any]] = settings.TEMPLATES
    templates: list[dict[str, Any]] = [
        {**template, "OPTIONS": {**template.get("OPTIONS", {})}} for template in configured
    ]
    for template in templates:
        if template["BACKEND"] != "django.template.backends.django.DjangoTemplates":
            continue
        options: dict[str, Any] = template["OPTIONS"]
        loaders = options.get("loaders")
        if loaders is None:  # as Django's engine does by itself
            folders = ["filesystem", "app_directories"] if template.get("APP_DIRS") else ["filesystem"]
            names = [f"django.template.loaders.{folder}.Loader" for folder in folders]
            loaders = [("django.template.loaders.cached.Loader", names)]
        if all(loader[0] != "template_partials.loader.Loader" for loader in loaders):
            options["loaders"] = [("template_partials.loader.Loader", loaders)]
            template.pop("APP_DIRS", None)
        builtins = options.get("builtins", [])
        options["builtins"] = [*builtins, *({"template_partials.templatetags.partials"} - {*builtins})]
    settings.TEMPLATES = templates
    # Engines that have been made already are as the settings were.
    vars(engines).pop("templates", None)
    engines._templates = None  # type: ignore[attr-defined]
    engines._engines.clear()  # type: ignore[attr-defined]
