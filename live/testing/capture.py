"""What the code under test has announced, rendered and sent, without a browser or a socket."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models.signals import post_save

from live import changes
from live.hints.announcement import Announcement
from live.keys import Key, RenderingId
from live.rendering import render
from live.rendering.rendered import Rendered


class Changed(list[RenderingId]):
    """What was announced as changed, in order. ``key in changed`` asks whether pages that show the key hear of it."""

    def __contains__(self, item: object) -> bool:
        return self.includes(item.id) if isinstance(item, Key) else super().__contains__(item)

    def includes(self, id: RenderingId) -> bool:
        """Whether one of these is about that rendering."""
        return any(one.includes(id) for one in self)


@dataclass
class Captured:
    """What ``capture`` has seen. Complete after the ``with`` block."""

    changed: Changed = field(default_factory=Changed)
    # The keys of the fragments that were rendered, in order, one for each rendering, in whatever language it was.
    rendered: list[Key] = field(default_factory=list)
    # Notices (``live.notices.models.Notice``) that were sent, if that app is installed.
    notified: list[Any] = field(default_factory=list)


@contextmanager
def capture() -> Iterator[Captured]:
    """What happens inside: which keys are announced as changed, what is rendered, and which notices are sent.

    In a test that runs in a transaction (``TestCase``, ``django_db``), what waits for the end of that one counts as
    committed; what was rolled back does not.

        with capture() as live:
            client.post("/orders/12/pay/")
        assert row.key(pk=12) in live.changed
    """
    captured, committed, pending = Captured(), Changed(), Pending()
    sent: dict[Any, Any] = {}

    def note(rendered: Rendered) -> None:
        captured.rendered.append(rendered.key.within(None))

    def save(instance: Any, **kwargs: Any) -> None:
        sent[instance.pk] = instance

    notice = apps.get_model("live_notices", "Notice") if apps.is_installed("live.notices") else None
    if notice is not None:
        post_save.connect(save, sender=notice, weak=False)
    changes.listeners.append(committed.extend)
    render.listeners.append(note)
    try:
        yield captured
    finally:
        changes.listeners.remove(committed.extend)
        render.listeners.remove(note)
        captured.changed += [*committed, *pending.ids()]
        if notice is not None:
            post_save.disconnect(save, sender=notice)
            there = set(notice.objects.filter(pk__in=sent).values_list("pk", flat=True)) if sent else set()
            captured.notified += [one for pk, one in sent.items() if pk in there]


class Pending:
    """What is announced from now on in transactions that are still open."""

    def __init__(self) -> None:
        self._before = set(map(id, self._announcements()))

    def ids(self) -> Iterable[RenderingId]:
        """What they announce, in order. What was rolled back since is not there any more."""
        return [one for waiting in self._announcements() if id(waiting) not in self._before for one in waiting.ids]

    @staticmethod
    def _announcements() -> list[Announcement]:
        hooks = [hook for database in connections.all(initialized_only=True) for hook in database.run_on_commit]
        return [act for _, act, *_ in hooks if isinstance(act, Announcement)]
