"""Programs for Node, with what tests/npm.sh has installed for them."""

import os
import subprocess
from pathlib import Path

MODULES = Path(__file__).parents[2] / ".venv/npm-senders/node_modules"


def run(folder: Path, program: str, **env: str) -> str:
    """Run it as a module in this folder; its output. What it says and its status where it fails."""
    assert MODULES.exists(), "what is sent with is not there: run tests/npm.sh senders"
    if not (link := folder / "node_modules").exists():
        link.symlink_to(MODULES.resolve())
    file = folder / "program.mjs"
    file.write_text(program)
    done = subprocess.run(["node", file], env={**os.environ, **env}, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"exit status {done.returncode}: {done.stdout}\n{done.stderr}"
    return done.stdout
