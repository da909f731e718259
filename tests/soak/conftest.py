"""Servers for minutes of load."""

from tests.fixtures import installation, stopped_site  # noqa: F401
