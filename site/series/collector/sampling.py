"""Measures this machine with psutil."""

import logging
import re
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

import psutil

log = logging.getLogger("series.collector")
T = TypeVar("T")

LOOPBACK = re.compile(r"lo\d*$|Loopback")


class Rates:
    """How fast counters grow, per second, between one call and the next. Pure: counters and clock are passed in."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[Mapping[str, int], float]] = {}

    def of(self, name: str, counters: Mapping[str, int], now: float) -> float | None:
        """The growth of all ``counters`` together since the last call for ``name``; ``now`` is in seconds.

        None the first time, and where none can be compared. A counter that is new or went back (its device was
        replaced, or the counter began anew) does not count until the next call.
        """
        before, then = self._last.get(name, ({}, now))
        self._last[name] = counters, now
        grown = [count - before[key] for key, count in counters.items() if key in before and count >= before[key]]
        return sum(grown) / (now - then) if grown and now > then else None


class Machine:
    """Samples this machine. What the machine or its container does not report is left out, and logged once."""

    def __init__(self) -> None:
        self._rates = Rates()
        self._reported: set[str] = set()
        # Rates and the processor's load are since the call before, so that the first call has none.
        self.sample()

    def sample(self) -> dict[str, float]:
        """Values by series name: percent, a load average, and bytes a second."""
        now = time.monotonic()
        io = self._measured("machine.disk.read and machine.disk.write", psutil.disk_io_counters)
        nics = self._measured("machine.network.in and machine.network.out", lambda: psutil.net_io_counters(pernic=True))
        outside = {name: nic for name, nic in (nics or {}).items() if not LOOPBACK.match(name)}
        values: dict[str, float | None] = {
            "machine.cpu": self._measured("machine.cpu", psutil.cpu_percent),
            "machine.memory": self._measured("machine.memory", lambda: psutil.virtual_memory().percent),
            "machine.load": self._measured("machine.load", lambda: psutil.getloadavg()[0]),
            "machine.disk": self._measured("machine.disk", lambda: psutil.disk_usage("/").percent),
            "machine.disk.read": self._rates.of("read", {"all": io.read_bytes} if io else {}, now),
            "machine.disk.write": self._rates.of("write", {"all": io.write_bytes} if io else {}, now),
            "machine.network.in": self._rates.of("in", {name: nic.bytes_recv for name, nic in outside.items()}, now),
            "machine.network.out": self._rates.of("out", {name: nic.bytes_sent for name, nic in outside.items()}, now),
        }
        return {name: value for name, value in values.items() if value is not None}

    def _measured(self, what: str, measure: Callable[[], T]) -> T | None:
        try:
            value, reason = measure(), "the system does not report it"
        except (OSError, RuntimeError, psutil.Error) as error:
            value, reason = None, str(error)
        if value is None and what not in self._reported:
            self._reported.add(what)
            log.warning("%s is left out: %s", what, reason)
        return value
