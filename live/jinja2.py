"""Jinja2 templates: the tags as functions, and the filters, of the same names.

    TEMPLATES = [{
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "OPTIONS": {"extensions": ["live.jinja2.LiveExtension"]},
        ...
    }]

    {{ live_head() }} ... {{ live("shop.row", pk=order.pk) }} ... {{ live_page() }}

A function renders Django's tag, so that there is one of everything; a fragment of a Jinja2 template is a whole file.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import jinja2
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.template import Context, Engine, Template, engines
from django.template.backends.django import DjangoTemplates, get_installed_libraries
from django.template.backends.jinja2 import Jinja2
from django.template.backends.jinja2 import Template as Jinja2Template
from django.template.library import import_library
from django.utils.safestring import SafeString, mark_safe
from jinja2.ext import Extension
from jinja2.runtime import Context as Jinja2Context

from live.page import first_paint
from live.rendering.unreadable import note_processors

# What Django's tags read of a page's variables.
VARIABLES = ("request", "csrf_token", "csp_nonce")


class LiveExtension(Extension):
    """For ``extensions`` in the OPTIONS of Django's Jinja2 backend."""

    def __init__(self, environment: jinja2.Environment) -> None:
        super().__init__(environment)
        first_paint.fill_slots(Jinja2Template)
        for name, path in get_installed_libraries().items():
            if path.startswith("live."):
                library = import_library(path)
                environment.filters.update(library.filters)
                environment.globals.update({tag: _function(name, tag) for tag in library.tags})


def _function(library: str, tag: str) -> Callable[..., SafeString]:
    @jinja2.pass_context
    def call(context: Jinja2Context, /, *args: Any, **options: Any) -> SafeString:
        variables = {f"arg{index}": value for index, value in enumerate(args)}
        variables |= {f"option_{name}": value for name, value in options.items()}
        template = _template(_engine(), library, tag, len(args), tuple(options))
        tag_context = _context(context)
        with tag_context.push(**variables):
            tag_context.template = template
            return mark_safe(template.nodelist.render(tag_context))

    return call


def _engine() -> Engine:
    for engine in engines.all():
        if isinstance(engine, DjangoTemplates):
            return engine.engine
    raise ImproperlyConfigured(
        "the templates of live are Django's: behind Jinja2, add django.template.backends.django.DjangoTemplates with"
        ' "APP_DIRS": True to TEMPLATES'
    )


@cache
def _template(engine: Engine, library: str, tag: str, count: int, names: tuple[str, ...]) -> Template:
    """Django's template of this one tag, with so many arguments and options of these names."""
    words = [tag, *(f"arg{index}" for index in range(count)), *(f"{name}=option_{name}" for name in names)]
    return Template(f"{{% load {library} %}}{{% {' '.join(words)} %}}", engine=engine)


def _context(context: Jinja2Context) -> Context:
    """The context of Django's tags: one for all that are on a page, for one may leave something for another."""
    variables = {name: value for name in VARIABLES if (value := context.get(name)) is not None}
    request = variables.get("request")
    if not isinstance(request, HttpRequest):  # a fragment
        return Context(variables)
    _note_processors_of(context.environment, request)
    made: Context | None = getattr(request, "_live_context", None)
    if made is None:
        made = request._live_context = Context(variables)  # type: ignore[attr-defined]
    return made


# Of which the names that context processors give to pages are known.
_noted: set[jinja2.Environment] = set()


def _note_processors_of(environment: jinja2.Environment, request: HttpRequest) -> None:
    """Once, for a page's variables do not tell which of them these are."""
    if environment in _noted:
        return
    _noted.add(environment)
    for engine in engines.all():
        if isinstance(engine, Jinja2) and engine.env is environment:
            note_processors(["csrf_input"])
            for processor in engine.template_context_processors:
                note_processors(processor(request))
