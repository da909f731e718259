"""A site that is copied for each comparison."""

from tests.fixtures import installation  # noqa: F401
