"""Who may see, and taking it back.

The page's view decides whether somebody gets the page; from then on the question is asked here: on connect, and every
few seconds while the page is open, because a right that was taken away must take the screen with it.
"""

import logging
import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from live import metrics
from live.database_threads import is_away, retrying
from live.fragments import Fragment
from live.keys import Audience, Key, check_audience
from live.limited_log import LimitedLog
from live.page.identity import Identity, users_of
from live.page.identity import User as User
from live.page.page import Page, Reason
from live.page.principals import principal_of
from live.page.questions import ask, takes_context
from live.page.refusal import Refusal, is_over, not_its_user
from live.page.together import Together
from live.page.visibility import slow_fragments, timed, withheld_from
from live.page.visits import Session
from live.rendering.context import around, data_context
from live.rendering.render import placeholder
from live.rendering.rendered import Withheld

logger = logging.getLogger(__name__)
limited_log = LimitedLog(logger)


@dataclass(frozen=True, slots=True)
class Access:
    """What was found out about a session and a page: refused, or which audiences it belongs to now, and what it may not
    see.

    ``audiences`` is what ``per=`` gave, by fragment name; ``withheld`` is what stands in for fragments.
    """

    refusal: Refusal | None = None
    audiences: dict[str, Audience] = field(default_factory=dict)
    withheld: Withheld = field(default_factory=dict)


ALLOWED = Access()


def visitor(request: HttpRequest) -> User:
    """Who asks, with ``live_session``: the key of their session, by which somebody not signed in is known again."""
    user: User = getattr(request, "user", None) or AnonymousUser()
    user.live_session = getattr(getattr(request, "session", None), "session_key", None)  # type: ignore[union-attr]
    return user


def may_see(user: User, keys: Iterable[Key]) -> Key | None:
    """None if the user may see all of them, else the first that they may not, also as it is not there any more. Raises
    what a ``visible_to`` raises."""
    return next(iter(withheld_from(user, keys, raises=True)), None)


def is_restricted(key: Key) -> bool:
    """Whether a fragment is not for everybody."""
    return Fragment.named(key.name).is_restricted


def audience_of(user: User, key: Key) -> Key:
    """The key as this user sees it: with their audience, if the fragment differs per audience."""
    per = Fragment.named(key.name).per
    return key if per is None else key.of(check_audience(key.name, ask(per, user, key.context)))


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Whether a session may go on watching these keys of a page, and as which audiences."""

    session: Session
    page: Page
    keys: Sequence[Key]

    @property
    def identity(self) -> Identity:
        """By what to look up who that is: what the page's token names, if that is no user, else the session."""
        return principal_of(self.page.user) or self.session


def is_slow(question: Question) -> bool:
    """Whether asking about one of its fragments took long the last time."""
    if not slow_fragments:
        return False
    return any(key.name in slow_fragments for key in (*question.keys, *question.page.roots.values()))


def answer_one(question: Question) -> Access:
    """The answer to one question: see ``answer_all``."""
    [only] = answer_all(users_who_ask([question]), [question])
    return only


def check(session: Session, page: Page, keys: Iterable[Key]) -> Access:
    """The same for who asks without a question."""
    return answer_one(Question(session, page, tuple(keys)))


def users_who_ask(questions: Sequence[Question], seconds: float = math.inf) -> dict[Identity, User]:
    """Whose sessions these are now, in order as far as there is time: see ``users_of``. As for ``answer_all``, their
    pages are alike in their ``data_context``."""
    with around(data_context(questions[0].page.context)):
        return users_of(dict.fromkeys(question.identity for question in questions), seconds)


def answer_all(
    users: Mapping[Identity, User], questions: Sequence[Question], seconds: float = math.inf
) -> list[Access]:
    """The answers to these, in order; those for which there was no time after so many seconds are left out.

    A user is asked once about a key, however many pages show it, if their questions stand side by side. A
    ``visible_to`` that raises withholds its fragment, a ``per`` that raises refuses its own page and nobody else's: to
    ask again later, because it is an error of ours. That a database is away is raised.
    """
    asked = {id(user): user for user in (users[question.identity] for question in questions)}
    until, answers = time.monotonic() + seconds, list[Access]()
    before, known, alike = None, dict[Any, Any](), dict[Any, Access]()
    with around(data_context(questions[0].page.context)), Together(asked.values()):
        for question in questions:
            user = users[question.identity]
            if user is not before:
                before, known = user, {}
            answer = _answer(user, question, known)
            # One object for all who are the same audiences: most users are.
            is_alike = not (answer.refusal or answer.withheld)
            answers.append(alike.setdefault(tuple(answer.audiences.items()), answer) if is_alike else answer)
            if time.monotonic() >= until:
                break
    return answers


def _answer(user: User, question: Question, known: dict[Any, Any]) -> Access:
    try:
        return retrying(_ask, user, question, known)
    except Exception as error:
        if is_away(error):
            raise
        metrics.failures.labels("per").inc()
        if (more := limited_log.next(type(error).__name__)) is not None:
            logger.exception("as whom somebody sees a page could not be asked%s", more)
        return Access(Refusal(Reason.ASK_AGAIN, f"it could not be asked as whom it is seen: {error!r}"))


def _ask(user: User, question: Question, known: dict[Any, Any]) -> Access:
    page = question.page
    refusal = not_its_user(user, page)
    withheld = {} if refusal else withheld_from(user, question.keys, known)
    refusal = refusal or (is_over(user, page, question.keys, withheld) if withheld else None)
    if refusal is not None:
        return Access(refusal)
    audiences: dict[str, Audience] = {}
    for key in question.page.roots.values():
        per = Fragment.named(key.name).per
        if per is not None:
            one = per, page.context if takes_context(per) else None
            if one not in known:
                known[one] = check_audience(key.name, timed(key.name, ask, per, user, page.context))
            audiences[key.name] = known[one]
    if not (audiences or withheld):
        return ALLOWED
    return Access(None, audiences, {key.element: placeholder(key, why) for key, why in withheld.items()})
