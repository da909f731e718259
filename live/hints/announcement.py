"""What waits for a commit, to be announced then."""

from collections.abc import Callable

from live.keys import RenderingId


class Announcement:
    """For ``transaction.on_commit``: a function that can be asked what it will announce."""

    def __init__(self, ids: frozenset[RenderingId], act: Callable[[frozenset[RenderingId]], None]) -> None:
        self.ids = ids
        self._act = act
        # Django names a hook that fails by this.
        self.__qualname__ = f"{type(self).__name__} of {', '.join(sorted(id.element for id in ids))}"

    def __call__(self) -> None:
        self._act(self.ids)
