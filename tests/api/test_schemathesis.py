"""The API is what its description says: schemathesis sends what the description allows, and what it does not, to a real
server, and compares each answer with it."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.servers import ROOT, Site

CONFIG = ROOT / "tests" / "api" / "schemathesis.toml"
# Of an operation, beside those of the corners of what the description allows. In all, a minute or two.
EXAMPLES = 12
MAX_SECONDS = 600
# One of a user who may do everything, with every scope; and one of a single series, as a heartbeat needs it.
TOKENS = """
from django.contrib.auth.models import User
from tokens.models import Token
from tokens.scopes import declared
scopes = [word + "*" if word.endswith(":") else word for word in declared()]
print(Token.objects.issue("schemathesis", *scopes, user=User.objects.get())[1])
print(Token.objects.issue("heartbeat", "write:backup")[1])
"""
OBJECTS = """
from live.banners.models import Banner
from live.notices import everyone, notify
from tokens.models import Token
Banner.objects.create(text="New disks")
notify(everyone, "info", "Lunch")
"""


def test_nothing_is_answered_otherwise_than_described(stopped_site: Site, tmp_path: Path) -> None:
    stopped_site.shell(OBJECTS)
    token, narrow = stopped_site.shell(TOKENS).split()[-2:]
    stopped_site.start(INGEST_RATE="100000", NEW_SERIES_PER_HOUR="100000")
    options = {
        "--header": f"Authorization: Bearer {token}",
        "--max-examples": EXAMPLES,
        "--phases": "examples,coverage,fuzzing",
        "--request-timeout": 30,
        "--generation-database": "none",
    }
    words = [word for name, value in options.items() for word in (name, str(value))]
    program = [sys.executable, "-m", "schemathesis.cli", "--no-color", "--config-file", str(CONFIG)]
    done = subprocess.run(
        [*program, "run", f"{stopped_site.address}/api/openapi.json", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=MAX_SECONDS,
        env={**os.environ, "SECRET": narrow},
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    # What it could not try would be no failure.
    every = re.search(r"Operations: +(\d+) selected / (\d+) total", done.stdout)
    assert every and every[1] == every[2] and re.search(rf"Tested: +{every[1]}\b", done.stdout), done.stdout
    log = stopped_site.log.read_text()
    assert "Traceback" not in log, log[-5000:]
