"""What fragments are rendered from, read for many at once: what their ``load_many`` gives.

Those that are rendered together are announced first (``expect``), and read together when the first of them is needed.
What is read is for these renderings alone: the next ones read the database again.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404

from live import metrics
from live.database_threads import retrying
from live.fragments import Fragment
from live.keys import FragmentError, Key, PageContext
from live.rendering.context import active
from live.rendering.snapshots import snapshot

# Raised for what is not there any more.
MISSING = (ObjectDoesNotExist, Http404)


class Loads:
    """Of renderings that one thread makes."""

    def __init__(self) -> None:
        # What was announced and is not read yet, by fragment and context; and what was read, or why that failed.
        self._expected: dict[tuple[str, PageContext | None], dict[Any, None]] = defaultdict(dict)
        self._answers: dict[tuple[str, PageContext | None, Any], tuple[Any] | Exception] = {}
        # That reading has taken until now.
        self.seconds = 0.0

    def expect(self, keys: Iterable[Key]) -> None:
        """These are about to be rendered."""
        for key in keys:
            declared = Fragment.named(key.name)
            if declared.load_many is not None:
                question = declared.question(key)
                if (key.name, key.context, question) not in self._answers:
                    self._expected[key.name, key.context][question] = None

    def expects(self, key: Key) -> bool:
        """Whether ``of`` would read now."""
        declared = Fragment.named(key.name)
        return declared.load_many is not None and self._called(declared, key) not in self._answers

    def of(self, key: Key) -> tuple[Any, ...]:
        """What the fragment's function gets first: what was loaded for it, where it has a ``load_many``. To be called
        with the key's context active.

        Raises ``ObjectDoesNotExist`` for what is gone, and for all that were read together what their reading raised.
        """
        declared = Fragment.named(key.name)
        if declared.load_many is None:
            return ()
        question = self._called(declared, key)
        if question not in self._answers:
            self.expect([key])
            self._load(declared, key.context)
        answer = self._answers[question]
        if isinstance(answer, Exception):
            raise answer
        return answer

    @staticmethod
    def _called(declared: Fragment, key: Key) -> tuple[str, PageContext | None, Any]:
        return key.name, key.context, declared.question(key)

    def read(self, key: Key) -> None:
        """Read it now, if that was not done, with all that are expected: what that raises, ``of`` raises."""
        if self.expects(key):
            with active(key.context), suppress(Exception):
                self.of(key)

    def snapshot(self, key: Key) -> Any:
        """What was loaded for it, as it can be compared with an earlier one; None where it cannot, or was not read."""
        declared = Fragment.named(key.name)
        if declared.load_many is None or self.expects(key):
            return None
        answer = self._answers[self._called(declared, key)]
        return None if isinstance(answer, Exception) else snapshot(answer)

    def _load(self, declared: Fragment, context: PageContext | None) -> None:
        questions, began = list(self._expected.pop((declared.name, context))), time.monotonic()
        metrics.loads.labels(declared.name).inc()
        try:
            loaded = retrying(load_many, declared, questions)
        except Exception as error:
            self._answers |= {(declared.name, context, question): error for question in questions}
        else:
            for question in questions:
                self._answers[declared.name, context, question] = (
                    (loaded[question],)
                    if question in loaded
                    else ObjectDoesNotExist(f"{declared.name}: load_many gave nothing for {question!r}")
                )
        finally:
            self.seconds += time.monotonic() - began


def load_many(declared: Fragment, questions: list[Any]) -> Mapping[Any, Any]:
    """What the fragment's ``load_many`` gives for these. ``FragmentError`` where that is no mapping."""
    assert declared.load_many is not None
    try:
        loaded = declared.load_many(questions)
    except MISSING as error:
        raise FragmentError(
            f"load_many of {declared.name} raised {error!r}; what is gone is what it leaves out of its mapping"
        ) from error
    if not isinstance(loaded, Mapping):
        raise FragmentError(f"load_many of {declared.name} must return a mapping, not {type(loaded).__name__}")
    return loaded
