"""One running board for all senders: each test has series of its own."""

import shutil
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from tests.fixtures import installation  # noqa: F401
from tests.servers import Site

# Whoever collects all tests may have none of the programs. `make test-senders` installs them, and to run no test is an
# error there.
collect_ignore_glob = [] if find_spec("influxdb") else ["test_*.py"]


@pytest.fixture(scope="session")
def board(tmp_path_factory: pytest.TempPathFactory, installation: Site) -> Iterator[Site]:  # noqa: F811
    """It runs. ``token`` may write everything."""
    folder = tmp_path_factory.mktemp("board")
    shutil.copy(installation.folder / "db.sqlite3", folder)
    site = Site(folder, env={"SECRET_KEY": installation.env["SECRET_KEY"]}).start()
    site.token = installation.token
    yield site
    site.stop()


@pytest.fixture(scope="session")
def narrow(board: Site) -> str:
    """The secret of a token that may write the series ``backup``, and those whose names begin so."""
    return board.manage("token", "create", "backup", "--scope", "write:backup*").strip()
