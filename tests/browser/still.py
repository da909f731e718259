"""A site that tests only look at: started once for all the tests of a module."""

import shutil
from collections.abc import Iterator

import pytest

from tests.servers import Site


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, installation: Site) -> Iterator[Site]:
    """A running site of this module's own."""
    folder = tmp_path_factory.mktemp("still")
    shutil.copy(installation.folder / "db.sqlite3", folder)
    site = Site(folder, env={"SECRET_KEY": installation.env["SECRET_KEY"]}).start()
    yield site
    site.stop()


@pytest.fixture
def gallery(running: Site) -> Iterator[Site]:
    """The same, without what the last test has opened."""
    yield running
    running.opened.close()
