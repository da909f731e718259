"""The documentation as pages: `make docs`, which puts them into var/docs. Markdown is read by MyST."""

import sys
from pathlib import Path

import django
from django.conf import settings
from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

project = "Boardcast"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
html_theme = "furo"
html_title = "Boardcast"
exclude_patterns = ["conf.py"]

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

# The reference is made from docstrings: types are said once, in the signature.
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
default_role = "code"


def show_examples(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """What is indented in a docstring is an example."""
    starts = [i for i, line in enumerate(lines) if line.startswith("    ") and i and not lines[i - 1].strip()]
    for start in reversed([i for i in starts if not lines[i - 2].startswith("    ")]):
        lines[start:start] = ["::", ""]


def setup(app: Sphinx) -> None:
    """What is documented is imported, as in a project that has all of it."""
    app.add_lexer("crontab", TextLexer)
    app.connect("autodoc-process-docstring", show_examples)

    apps = ["django.contrib.contenttypes", "django.contrib.auth", "live", "live.notices", "live.banners", "live.forms"]
    settings.configure(INSTALLED_APPS=apps, USE_TZ=True, SECRET_KEY="nothing is signed", DATABASES={})
    django.setup()
