"""The gallery, which tests only look at."""

import pytest

from tests.servers import Site


@pytest.fixture
def gallery(still: Site) -> Site:
    """The site that has it."""
    return still
