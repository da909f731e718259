"""A project, a board and a folder beside it, for what the pages of README and docs/ say."""

from pathlib import Path

import pytest

from tests.docs.paste import beside
from tests.fixtures import installation, redis, site, stopped_site  # noqa: F401


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return beside(tmp_path / "installed")
