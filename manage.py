#!/usr/bin/env python
"""Boardcast's command line, and the one place that puts site/ on the path.

``site/`` is a source root and not a package: ``site`` is also a module of Python's standard library, imported
before any code of ours. The tests load this module as a pytest plugin (``-p manage``) and so share the line below.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "site"))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.INSTALLED_APPS  # noqa: B018  the first access reads the settings, and with them the environment
    except ImproperlyConfigured as error:
        sys.exit(f"boardcast: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
