"""Who may see which fragments: what their ``visible_to`` says, or for many at once their ``visible_to_many``."""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from live import metrics
from live.database_threads import is_away, retrying
from live.fragments import Fragment
from live.keys import FragmentError, Key, PageContext
from live.limited_log import LimitedLog
from live.page.identity import User
from live.page.questions import ask, ask_many, takes_context
from live.rendering.loads import MISSING, load_many
from live.rendering.render import Why

logger = logging.getLogger(__name__)
limited_log = LimitedLog(logger)
Answer = TypeVar("Answer")

# A question that takes longer is slow, and so are the next ones about that fragment: these.
SLOW_SECONDS = 0.25
slow_fragments: set[str] = set()


def withheld_from(
    user: User, keys: Iterable[Key], known: dict[Any, Any] | None = None, *, raises: bool = False
) -> dict[Key, Why]:
    """Those of them that the user may not see, and why. ``known`` keeps what they have been asked already.

    Where a ``visible_to`` raises, that is a reason, too, and it is logged; unless ``raises``. That a database is away
    is always raised: nobody can be asked about meanwhile, and nothing new can be shown.
    """
    known = {} if known is None else known
    restricted = [(key, declared) for key in keys if (declared := Fragment.named(key.name)).is_restricted]
    # Fragments may have the same question.
    unknown: dict[tuple[Fragment, PageContext | None], dict[Any, Key]] = defaultdict(dict)
    for key, declared in restricted:
        question = _question(declared, key)
        if question in known:
            continue
        if declared.may_see_many is not None:
            unknown[declared, question[-1]][question] = key
        else:
            known[question] = _why_not(user, key, declared, raises=raises)
    for (declared, context), several in unknown.items():
        known |= _why_not_many(user, several, declared, context, raises=raises)
    return {key: why for key, declared in restricted if (why := known[_question(declared, key)])}


def _question(declared: Fragment, key: Key) -> tuple[Any, ...]:
    function = declared.may_see_many or declared.may_see
    return function, key.params, key.context if function and takes_context(function) else None


def _why_not(user: User, key: Key, declared: Fragment, *, raises: bool) -> Why | None:
    assert declared.may_see is not None
    try:
        allowed = retrying(timed, key.name, ask, declared.may_see, user, key.context, key.params)
        return None if allowed else "withheld"
    except MISSING:
        return "gone"
    except Exception as error:
        _take_failure(error, str(key), raises=raises)
        return "failed"


def _why_not_many(
    user: User, keys: dict[Any, Key], declared: Fragment, context: PageContext | None, *, raises: bool
) -> dict[Any, Why | None]:
    """For these questions, asked as one."""
    assert declared.may_see_many is not None
    called = {question: declared.question(key) for question, key in keys.items()}
    try:
        pks = list(called.values())
        visible = retrying(timed, declared.name, ask_many, declared.may_see_many, user, context, pks)
        if isinstance(visible, Mapping | str):
            # The keys of a mapping that says True or False of each would be all of them.
            kind = type(visible).__name__
            raise FragmentError(f"visible_to_many of {declared.name} must return those that may be seen, not a {kind}")
        visible = set(visible)
        withheld = [one for one in called.values() if one not in visible]
        # What is not there any more is nobody's, and no secret.
        there = retrying(load_many, declared, withheld) if withheld and declared.load_many else withheld
    except Exception as error:
        _take_failure(error, f"{len(keys)} of {declared.name}", raises=raises)
        return dict.fromkeys(keys, "failed")
    return {
        question: None if one in visible else "withheld" if one in there else "gone" for question, one in called.items()
    }


def _take_failure(error: Exception, what: str, *, raises: bool) -> None:
    """In the handler of an error with which it could not be asked who may see that."""
    if raises or is_away(error):
        raise
    metrics.failures.labels("visible_to").inc()
    if (more := limited_log.next(type(error).__name__)) is not None:
        logger.exception("who may see %s could not be asked%s", what, more)


def timed(name: str, ask: Callable[..., Answer], *args: Any) -> Answer:
    """The answer to a question about a fragment of that name, which is slow from now on if this takes long."""
    began = time.monotonic()
    try:
        return ask(*args)
    finally:
        if time.monotonic() - began > SLOW_SECONDS:
            slow_fragments.add(name)
        elif slow_fragments:
            slow_fragments.discard(name)
