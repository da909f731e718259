"""How often each sender may come: a bucket of permits for each, refilled steadily. Pure: the clock is passed in."""

from collections.abc import Hashable
from threading import Lock


class RateLimit:
    """Permits by key, in this process. A key's bucket is full at first and holds twice what a second refills."""

    def __init__(self) -> None:
        # Permits left, and when that was so. One entry for each key that ever took one.
        self._buckets: dict[Hashable, tuple[float, float]] = {}
        self._lock = Lock()

    def take(self, key: Hashable, *, per_second: float, now: float) -> float:
        """Take one permit and return 0, or take none and return in how many seconds there will be one.

        ``now`` is in seconds of any clock that does not go back.
        """
        burst = 2 * per_second
        with self._lock:
            permits, then = self._buckets.get(key, (burst, now))
            permits = min(burst, permits + (now - then) * per_second)
            wait = 0.0 if permits >= 1 else (1 - permits) / per_second
            self._buckets[key] = (permits - 1 if wait == 0 else permits, now)
        return wait
