"""What is the same on every page but for a few values, as its head is, is rendered once and not for every page.

Twenty addresses of static files and a dozen translations cost as much as all else that a small page has.
"""

from functools import lru_cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.storage import storages
from django.template import Context, Engine
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MAX_REMEMBERED = 500


def fixed_html(context: Context, template: str, **values: Any) -> SafeString:
    """The HTML of a template, for the one that is being rendered with ``context``: it shows nothing but these values,
    which can be hashed, words of the current language, and addresses of static files."""
    assert context.template is not None, "a tag is in a template"
    storage = storages["staticfiles"] if apps.is_installed("django.contrib.staticfiles") else settings.STATIC_URL
    # While somebody develops, templates change; and the addresses that other storages give may be for a time.
    is_fixed = not settings.DEBUG and isinstance(storage, StaticFilesStorage | str)
    render = _remembered if is_fixed else _render
    return render(context.template.engine, template, (get_language(), get_script_prefix(), storage), **values)


def _render(engine: Engine, template: str, around: tuple[Any, ...], **values: Any) -> SafeString:
    return engine.get_template(template).render(Context(values))


# Typed: 1 is not True, and what is safe is not what is to be escaped.
_remembered = lru_cache(MAX_REMEMBERED, typed=True)(_render)
