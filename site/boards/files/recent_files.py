"""Files that are kept because they may be asked for again: up to so many bytes, whatever strangers ask for."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock


class RecentFiles:
    """The last ones that were asked for, together at most ``max_bytes`` long; the others are forgotten."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._files: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = Lock()
        self.bytes = 0

    def get(self, key: Hashable) -> bytes | None:
        """The file, if it is still here."""
        with self._lock:
            if key not in self._files:
                return None
            self._files.move_to_end(key)
            return self._files[key]

    def put(self, key: Hashable, content: bytes) -> None:
        """Keep a file; one that is longer than all of them may be is not kept at all."""
        with self._lock:
            self.bytes -= len(self._files.pop(key, b""))
            self._files[key] = content
            self.bytes += len(content)
            while self.bytes > self._max_bytes:
                self.bytes -= len(self._files.popitem(last=False)[1])

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._files.clear()
            self.bytes = 0
