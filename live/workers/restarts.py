"""Whether a worker that has ended is started again, and after how long.

One that served for a while is started at once: something has killed it. One that ends as soon as it has begun will do
so again, as a rule, so each attempt comes later than the one before; and after some there is no hope.
"""

from dataclasses import dataclass

# A worker that has served for so long works, whatever ended it.
STABLE_SECONDS = 10.0
# Doubled with each early end.
FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.25, 30.0
MAX_EARLY_ENDS = 5


@dataclass
class Restarts:
    """Of one worker and of those that take its number after it."""

    early_ends: int = 0

    def pause_after(self, served_seconds: float) -> float:
        """It has ended, after it had served for so long (0: it was never ready): the seconds until the next start."""
        if served_seconds >= STABLE_SECONDS:
            self.early_ends = 0
            return 0.0
        self.early_ends += 1
        return min(FIRST_PAUSE_SECONDS * 2.0 ** (self.early_ends - 1), MAX_PAUSE_SECONDS)

    @property
    def is_hopeless(self) -> bool:
        """Whether it has ended early again and again."""
        return self.early_ends >= MAX_EARLY_ENDS
