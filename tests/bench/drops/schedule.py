"""Which network is away when, and how. Times are of ``time.monotonic``, which all processes of a machine share."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, takewhile

# Seconds: from one loss of a network to its next, and how long each lasts.
EVERY_SECONDS, AWAY_SECONDS = 10.0, 2.0
# How a network is lost. "cut": connections are reset, and new ones refused, until it is back, as where a device leaves
# one network for another. "held": nothing passes, and then all of it does, as TCP repeats what was lost. "silent": what
# was open is dead for ever and nobody is told, as behind a router that has started again.
CUT, HELD, SILENT = "cut", "held", "silent"
# The part of a whole that spreads any number of things evenly.
GOLDEN = 0.618034


@dataclass(frozen=True)
class Schedule:
    """Of networks that are lost one after another, again and again from ``begin`` on. So many of them, the first ones,
    are lost without a word (``silent``), and of the others every second is cut."""

    silent: int
    begin: float

    def kind(self, network: int) -> str:
        if network < self.silent:
            return SILENT
        return HELD if network % 2 else CUT

    def losses(self, network: int) -> Iterator[float]:
        """When this one is lost."""
        return count(self.begin + EVERY_SECONDS * (network * GOLDEN % 1), EVERY_SECONDS)

    def there_from(self, network: int, time: float) -> float:
        """From when on a network is there, at ``time`` or later."""
        *_, lost = 0.0, *takewhile(lambda loss: loss <= time, self.losses(network))
        return max(time, lost + AWAY_SECONDS)
