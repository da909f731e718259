"""Another process of an installation that runs what it is told, line by line: a worker, a shell, a command."""

import json
import subprocess
from typing import Any

from tests.servers import Site

LOOP = """
import json, sys, traceback
from django.db import connections
space = {}
for line in sys.stdin:
    code, expression = json.loads(line)
    try:
        exec(code, space)
        answer = [None, eval(expression, space)]
    except Exception:
        answer = [traceback.format_exc(), None]
    connections.close_all()  # as at the end of a task
    print("\\n" + json.dumps(answer), flush=True)
"""


class Failed(Exception):
    """What it was told raised an exception."""


class Console:
    """One ``manage.py shell`` that goes on: names stay from one call to the next."""

    def __init__(self, site: Site) -> None:
        with site.log.open("ab") as log:
            self.process = subprocess.Popen(
                [site.python, "manage.py", "shell", "--no-imports", "-c", LOOP],
                cwd=site.root,
                env=site.env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def run(self, code: str, expression: str = "None") -> Any:
        """Run it to its end, and say what an expression is then; ``Failed`` with the traceback if it raises."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps([code, expression]) + "\n")
        self.process.stdin.flush()
        while not (line := self.process.stdout.readline()).startswith("["):  # what the code prints comes before
            if not line:
                raise Failed("the console has ended")
        error, answer = json.loads(line)
        if error is not None:
            raise Failed(error)
        return answer

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(30)
        if self.process.stdout:
            self.process.stdout.close()
