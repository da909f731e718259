"""Programs send in many formats, and each has addresses, a body and errors of its own.

One module here is one format, and being here is enough: it has ``urlpatterns`` as Django's, from the root of the site,
whose views are a ``PointsEndpoint`` each, or where nothing is written any other view. No address ends with a slash: a
POST that is redirected is none any more.
"""

from importlib import import_module
from pkgutil import iter_modules

from django.urls import URLPattern


def urlpatterns() -> list[URLPattern]:
    """The addresses of all formats."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return [pattern for module in modules for pattern in module.urlpatterns]
