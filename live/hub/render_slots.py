"""How many fragments are rendered at once, and which is next of those that are due: a quick one waits for no slow one.

A rendering is slow when it has taken ``SLOW_SECONDS``: known so from the last one of its key, or seen while it goes on;
then its slot is free for another. One fragment, by name and however many keys it has, has at most a quarter of all
slots, and its keys that are known to be slow have one. Of its keys that have never been rendered one is tried at once.

Of a fragment that can be read together, those that wait are rendered in one job, which takes one slot: as many as do
not make it slow.

Pure: the clock is passed in.
"""

from collections import deque
from collections.abc import Iterator
from enum import Enum

from live.hub.watches import Watch

# Of a thread's time; what takes longer is in nobody's way.
SLOW_SECONDS = 0.25
# At once: what is not known to be slow, what is, and all, with those that have turned out to be slow.
QUICK_SLOTS, SLOW_SLOTS, MAX_SLOTS = 4, 4, 12
MAX_SLOTS_OF_ONE_FRAGMENT = MAX_SLOTS // 4
MAX_KEYS_OF_ONE_JOB = 100


class Speed(Enum):
    """What is known of a key before it is rendered."""

    UNKNOWN = "unknown"
    QUICK = "quick"
    SLOW = "slow"


def speed_of(watch: Watch) -> Speed:
    """From the last renderings of that key."""
    if not watch.recent_seconds:
        return Speed.UNKNOWN
    return Speed.SLOW if min(watch.recent_seconds) > SLOW_SECONDS else Speed.QUICK


class RenderSlots:
    """Those that wait to be rendered, in order, and those that are being rendered."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[Speed, str], deque[tuple[float, Watch]]] = {}
        # The first of each job, in order of their start.
        self._quick: dict[Watch, Speed] = {}
        self._slow: set[Watch] = set()

    @property
    def quick(self) -> int:
        """How many are being rendered that have not turned out to be slow."""
        return len(self._quick)

    def add(self, watch: Watch, due: float) -> None:
        """This is due since then."""
        self._waiting.setdefault((speed_of(watch), watch.key.name), deque()).append((due, watch))

    def take(self, now: float) -> list[Watch]:
        """Those that are rendered next, from now on, in one job; none if nothing may be rendered at the moment."""
        self._overtake(now)
        first = self._first()
        if first is None:
            return []
        of = first[1]
        watch = self._pop(of)
        if of[0] is Speed.SLOW:
            self._slow.add(watch)
        else:
            self._quick[watch] = of[0]
        return [watch, *self._beside(watch, of)] if watch.is_batched else [watch]

    def _beside(self, first: Watch, of: tuple[Speed, str]) -> Iterator[Watch]:
        """What waits behind it and is rendered in the same job."""
        seconds = min(first.recent_seconds, default=0.0)
        for _ in range(MAX_KEYS_OF_ONE_JOB - 1):
            waiting = self._valid(of) if of in self._waiting else None
            if waiting is None:
                return
            seconds += min(waiting[0][1].recent_seconds, default=0.0)
            if seconds > SLOW_SECONDS:
                return
            yield self._pop(of)

    def _pop(self, of: tuple[Speed, str]) -> Watch:
        watch = self._waiting[of].popleft()[1]
        watch.due = None  # it may wait here a second time, due at the same moment
        return watch

    def free(self, watch: Watch) -> None:
        """It is not being rendered any more, and if it was the first of its job, nothing of that is."""
        self._quick.pop(watch, None)
        self._slow.discard(watch)

    def next_at(self) -> float | None:
        """When something of what waits can be taken, unless something is freed before; None if nothing can."""
        first = self._first()
        if first is not None:
            return first[0]
        return next(iter(self._quick)).started_at + SLOW_SECONDS if self._waiting and self._quick else None

    def _first(self) -> tuple[float, tuple[Speed, str]] | None:
        """Of those that wait and have a slot, since when the next is due, and where it waits: one of the fragment that
        has the fewest slots, and of these the first."""
        waiting = {of: valid for of in tuple(self._waiting) if (valid := self._valid(of))}
        ready = [(valid[0][0], of) for of, valid in waiting.items() if self._has_slot(*of)]
        return min(ready, key=lambda candidate: (self._count(candidate[1][1]), candidate[0]), default=None)

    def _valid(self, of: tuple[Speed, str]) -> deque[tuple[float, Watch]] | None:
        """Those that wait, without those that have been forgotten; None if there are none."""
        waiting = self._waiting[of]
        while waiting and waiting[0][1].due != waiting[0][0]:
            waiting.popleft()
        if waiting:
            return waiting
        del self._waiting[of]
        return None

    def _overtake(self, now: float) -> None:
        """Those that have taken too long are slow from now on."""
        for watch in tuple(self._quick):
            if now - watch.started_at < SLOW_SECONDS:
                break
            del self._quick[watch]
            self._slow.add(watch)

    def _count(self, name: str) -> int:
        return sum(watch.key.name == name for watch in (*self._quick, *self._slow))

    def _has_slot(self, speed: Speed, name: str) -> bool:
        slow_ones = sum(watch.key.name == name for watch in self._slow)
        # The last slots are for fragments of which none is slow at the moment.
        slots = MAX_SLOTS - QUICK_SLOTS if slow_ones else MAX_SLOTS
        if self._count(name) >= MAX_SLOTS_OF_ONE_FRAGMENT or len(self._quick) + len(self._slow) >= slots:
            return False
        if speed is Speed.SLOW:
            return slow_ones == 0 and len(self._slow) < SLOW_SLOTS
        if len(self._quick) >= QUICK_SLOTS:
            return False
        tried = (watch.key.name == name for watch, its in self._quick.items() if its is Speed.UNKNOWN)
        return speed is Speed.QUICK or not any(tried)
