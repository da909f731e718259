"""What is the same on every page but for a few values, as its head is, is rendered once and not for every page.

Twenty addresses of static files and a dozen translations cost as much as all else that a small page has.
"""

import re
import secrets
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.storage import storages
from django.template import Context, Engine
from django.urls import get_script_prefix
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

MAX_REMEMBERED = 500
NOTHING: Mapping[str, Any] = MappingProxyType({})
# In front of the name of a value that differs, where that will stand; no value has it in it.
_MARK = secrets.token_hex(8)
_STAND_IN = re.compile(rf"{_MARK}-(\w+)")


def fixed_html(context: Context, template: str, differing: Mapping[str, Any] = NOTHING, **values: Any) -> SafeString:
    """The HTML of a template, for the one that is being rendered with ``context``: it shows nothing but these values,
    which can be hashed, words of the current language, addresses of static files, and, as they are, values that are
    ``differing`` from page to page."""
    assert context.template is not None, "a tag is in a template"
    storage = storages["staticfiles"] if apps.is_installed("django.contrib.staticfiles") else settings.STATIC_URL
    # While somebody develops, templates change; and the addresses that other storages give may be for a time.
    is_fixed = not settings.DEBUG and isinstance(storage, StaticFilesStorage | str)
    render = _remembered if is_fixed else _render
    # Whether there is one is the same on many pages.
    stand_ins = {name: f"{_MARK}-{name}" if value else value for name, value in differing.items()}
    around = get_language(), get_script_prefix(), storage
    parts = render(context.template.engine, template, around, **values, **stand_ins)
    # Every second one is the name of a value.
    shown = (conditional_escape(differing[part]) if index % 2 else part for index, part in enumerate(parts))
    return mark_safe("".join(shown))


def _render(engine: Engine, template: str, around: tuple[Any, ...], **values: Any) -> list[str]:
    return _STAND_IN.split(engine.get_template(template).render(Context(values)))


# Typed: 1 is not True, and what is safe is not what is to be escaped.
_remembered = lru_cache(MAX_REMEMBERED, typed=True)(_render)
