"""What a server process holds, seen from outside and as it says itself."""

import json
import resource
import signal
from collections import Counter
from contextlib import suppress
from pathlib import Path

from tests.servers import Site
from tests.waiting import until


def memory(site: Site) -> int:
    """Bytes of memory that are the process's own."""
    for line in Path(f"/proc/{site.process.pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Anonymous:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("the kernel does not say")


def descriptors(site: Site) -> dict[str, int]:
    """What the process has open, counted by what it is: a file by its name, anything else (a socket) by its kind."""
    names: Counter[str] = Counter()
    for descriptor in Path(f"/proc/{site.process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            names[f"open {descriptor.readlink().name.split(':')[0]}"] += 1
    return dict(names)


def inspectable(site: Site) -> Site:
    """Make a site that has not been started tell what it holds."""
    site.env |= {"DJANGO_SETTINGS_MODULE": "tests.inspected", "INSPECTED": str(site.folder / f"inspected-{site.port}")}
    return site


def inspect(site: Site) -> dict[str, int]:
    """What the process holds: see ``tests.inspected``, and its open files."""
    path = Path(site.env["INSPECTED"])
    path.unlink(missing_ok=True)
    site.process.send_signal(signal.SIGUSR1)
    until(path.exists, "what the server holds")
    found: dict[str, int] = json.loads(path.read_text())
    return {**found, **descriptors(site)}


def allow_files(count: int) -> None:
    """Let this process and those that it starts have so many files open, if they may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, count)), hard))


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of them is."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]
