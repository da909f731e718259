"""A board for what somebody pastes into a shell beside it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.servers import ROOT, Site

SERVED = "127.0.0.1:8000"


def beside(folder: Path) -> Path:
    """A folder like that of an installation: what is pasted there finds ``manage.py`` and ``.venv``."""
    folder.mkdir(exist_ok=True)
    (folder / "manage.py").symlink_to(ROOT / "manage.py")
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def for_site(code: str, site: Site) -> str:
    return code.replace(SERVED, f"127.0.0.1:{site.port}")


def environment(site: Site, **env: str) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**site.env, "PATH": path, "TOKEN": site.token, **env}


def paste(code: str, site: Site, folder: Path, given: str = "", **env: str) -> str:
    """What the commands print; the first one that fails ends it. ``given`` is what is typed when they ask."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", for_site(code, site)],
        cwd=folder,
        env=environment(site, **env),
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        # Without a terminal, so that passwords are read from what is given.
        start_new_session=True,
    )
    assert done.returncode == 0, f"{code}\n{done.stdout}\n{done.stderr}"
    return done.stdout
