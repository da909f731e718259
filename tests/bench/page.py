"""Write what the benchmarks print into docs/benchmarks.md: no figure in it is typed by hand.

    python tests/bench/page.py                   all of them, one after the other
    python tests/bench/page.py fanout drops      these: ``make bench-fanout`` and ``make bench-drops``

On the page, ``<!-- make bench-fanout -->`` and ``<!-- end -->`` stand around what that prints: tables as they are,
anything else as text. What is between them is replaced; the words around them are written by hand. A benchmark that
fails or takes too long leaves what was there; one that prints FAIL has measured that a promise is not met, which is put
on the page. Ends with 1 after either.
"""

import os
import platform
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
BLOCK = re.compile(r"(<!-- make bench-([a-z]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
MAX_SECONDS = 1800


def targets(page: str) -> list[str]:
    """The benchmarks that the page has, in its order."""
    return [match[2] for match in BLOCK.finditer(page)]


def replaced(page: str, target: str, text: str) -> str:
    """The page with ``text`` where the benchmark's output is."""
    return BLOCK.sub(lambda match: f"{match[1]}{text}\n{match[4]}" if match[2] == target else match[0], page)


def as_markdown(output: str) -> str:
    """Tables as they are, and what is between them as text, each with an empty line around it."""
    return "\n\n".join(_parts(output))


def _parts(output: str) -> Iterator[str]:
    for is_table, lines in groupby(output.splitlines(), lambda line: line.startswith("|")):
        part = "\n".join(line.rstrip() for line in lines).strip("\n")
        if part:
            yield part if is_table else f"```text\n{part}\n```"


def machine() -> str:
    """What this runs on, in a few words."""
    try:
        model = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        model = None
    name = " ".join(model[1].split()) if model else platform.processor() or platform.machine()
    memory = round(psutil.virtual_memory().total / 2**30)
    system = f"{platform.system()} {platform.release().partition('-')[0]}"
    return f"{os.cpu_count()} CPUs ({name}), {memory} GiB, {system}, Python {platform.python_version()}"


def run(target: str) -> tuple[int | None, str, float]:
    """Exit status (None if it took too long), what it printed, and how many seconds it took."""
    began = time.monotonic()
    process = subprocess.Popen(
        ["make", "--silent", "--no-print-directory", f"bench-{target}"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=MAX_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGTERM)
        return None, process.communicate()[0], time.monotonic() - began
    return process.returncode, output, time.monotonic() - began


def main() -> int:
    known = targets(PAGE.read_text())
    chosen = sys.argv[1:] or known
    if unknown := set(chosen) - set(known):
        sys.exit(f"docs/benchmarks.md has no section for {', '.join(sorted(unknown))}; it has {', '.join(known)}")
    failed = []
    for target in chosen:
        print(f"make bench-{target} ...", flush=True)
        status, output, seconds = run(target)
        print(output, end="", flush=True)
        print(f"bench-{target} took {seconds:.0f} s and ended with {status}", flush=True)
        if status != 0:
            failed.append(target)
        if status != 0 and "FAIL" not in output:
            continue
        heading = f"Measured on {datetime.now(UTC):%d %B %Y} in {seconds:.0f} s: {machine()}."
        # Read again: somebody may have written to it meanwhile.
        PAGE.write_text(replaced(PAGE.read_text(), target, f"{heading}\n\n{as_markdown(output)}\n"))
    if failed:
        print(f"failed, or a promise is not met: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
