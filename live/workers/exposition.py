"""What Prometheus is answered: the counters of this process; of several workers, those of all of them.

Whoever asks is connected to any of the workers, and to another one the next time: numbers of a single one would jump.
So each answers for all, with the number of the worker as a label. A worker that is started again begins at 0, which
Prometheus takes for what it is.
"""

import asyncio
import logging
import socket
from collections.abc import Iterable
from pathlib import Path

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from live.workers.folder import workers_folder

logger = logging.getLogger(__name__)

SUFFIX, LABEL = ".metrics", "worker"
# After which a worker that does not answer is left out.
MAX_WAIT_SECONDS = 1.0


def exposition() -> bytes:
    """All counters, in Prometheus' text format. Asks the other workers and waits for them, in this thread."""
    folder = workers_folder()
    if folder is None:
        return generate_latest()
    texts = {path.stem: text for path in sorted(folder.glob(f"*{SUFFIX}")) if (text := _ask(path)) is not None}
    registry = CollectorRegistry()
    registry.register(Merged(texts))
    return generate_latest(registry)


async def answer_others(number: int) -> asyncio.Server | None:
    """Tell whoever asks through the folder what this worker has counted, until this is closed or the process ends;
    None where it is no worker."""
    folder = workers_folder()
    if folder is None:
        return None
    path = folder / f"{number}{SUFFIX}"
    # That of the worker which had this number before.
    path.unlink(missing_ok=True)

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(generate_latest())
        writer.close()

    return await asyncio.start_unix_server(answer, path)


def _ask(path: Path) -> str | None:
    parts: list[bytes] = []
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(MAX_WAIT_SECONDS)
            connection.connect(str(path))
            while part := connection.recv(1 << 16):
                parts.append(part)
    except OSError as error:  # it has ended, or hangs, which is said elsewhere
        logger.info("worker %s does not say what it has counted: %s", path.stem, error)
        return None
    answer = b"".join(parts)
    if not answer.endswith(b"\n"):
        logger.info("worker %s ended while it said what it has counted", path.stem)
        return None
    return answer.decode()


class Merged:
    """A collector of what is in these expositions, by the name of the worker: each metric once, with the samples of
    all."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    def collect(self) -> Iterable[Metric]:
        families: dict[str, Metric] = {}
        for worker, text in self._texts.items():
            for metric in text_string_to_metric_families(text):
                family = families.setdefault(metric.name, Metric(metric.name, metric.documentation, metric.type))
                for sample in metric.samples:
                    family.add_sample(sample.name, {**sample.labels, LABEL: worker}, sample.value)
        return families.values()
