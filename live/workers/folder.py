"""Where workers of one supervisor meet: a folder with a socket of each, for its user alone.

Its name is in the environment, so whatever a worker starts may send to the workers, too.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "LIVE_WORKERS_FOLDER"


def workers_folder() -> Path | None:
    """The folder; None where this process is no worker."""
    name = os.environ.get(VARIABLE)
    return Path(name) if name else None


@contextmanager
def new_folder() -> Iterator[None]:
    """For the workers that are started from now on; it goes with the supervisor."""
    with tempfile.TemporaryDirectory(prefix="live-", ignore_cleanup_errors=True) as name:
        os.environ[VARIABLE] = name
        try:
            yield
        finally:
            del os.environ[VARIABLE]
