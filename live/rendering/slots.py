"""Where a nested fragment is in HTML that is not put together yet: a comment that only the engine can write.

A page may contain HTML that people have written, comments too (``|safe``). So a slot has a word in it that is made of
the secret and that no page ever shows: what else looks like a slot is a comment, and does nothing.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings

from live.keys import ElementId
from live.rendering.seals import seal


def slot_of(element: ElementId) -> str:
    """The slot of that element. The same in all processes that have the same secret, as versions are made of it."""
    return f"<!--live:{_word(settings.SECRET_KEY)}:{element}-->"


def slots_in(html: str) -> list[ElementId]:
    """Whose slots are in it, in order."""
    return [ElementId(element) for element in _slots(settings.SECRET_KEY).findall(html)]


def fill(html: str, html_of: Callable[[ElementId], str]) -> str:
    """The HTML with something in the place of each slot."""
    return _slots(settings.SECRET_KEY).sub(lambda match: html_of(ElementId(match[1])), html)


@lru_cache
def _word(secret: str) -> str:
    return seal("a slot")  # which is no element's id


@lru_cache
def _slots(secret: str) -> re.Pattern[str]:
    return re.compile(rf"<!--live:{re.escape(_word(secret))}:([\w-]+)-->")
