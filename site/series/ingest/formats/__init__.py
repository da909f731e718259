"""Programs send in many formats, and each has addresses, a body and errors of its own.

One module here is one format, and being here is enough. By HTTP it has ``urlpatterns`` as Django's, from the root of
the site, whose views are a ``PointsEndpoint`` each, or where nothing is written any other view. No address ends with a
slash: a POST that is redirected is none any more. By other ways it has ``listen``: see ``series.ingest.listeners``.
"""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from django.urls import URLPattern

from series.ingest.listeners import Listen


def urlpatterns() -> list[URLPattern]:
    """The addresses of all formats."""
    return [pattern for module in _modules().values() for pattern in getattr(module, "urlpatterns", ())]


def listeners() -> dict[str, Listen]:
    """What listens otherwise than by HTTP, by the names of the formats."""
    return {name: module.listen for name, module in _modules().items() if hasattr(module, "listen")}


def _modules() -> dict[str, ModuleType]:
    return {module.name: import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)}
