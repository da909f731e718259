"""Public names of an app whose modules have models: loaded when they are asked for, because models cannot be before the
apps are, and only where the app is installed, because without its tables nothing of it works."""

from collections.abc import Callable, Collection
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured


def lazy_names(package: str, modules: str, names: Collection[str]) -> Callable[[str], Any]:
    """A package's ``__getattr__``: takes a name of ``names`` from the first of the package's ``modules`` that has it.

    It raises ``ImproperlyConfigured`` where the package is not in INSTALLED_APPS.
    """

    def load(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        if not apps.is_installed(package):
            raise ImproperlyConfigured(
                f'{package}.{name} needs its app: add "{package}" to INSTALLED_APPS, and run "manage.py migrate".'
            )
        loaded = (import_module(f"{package}.{module}") for module in modules.split())
        return next(getattr(module, name) for module in loaded if hasattr(module, name))

    return load
