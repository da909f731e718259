"""When a page ends: where it is somebody else's, and where its user may see nothing any more of what it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from live.fragments import Fragment
from live.keys import Key
from live.page.identity import User
from live.page.page import Page, Reason
from live.page.principals import principal_of
from live.page.user_function import Unidentified
from live.rendering.render import Why


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason, and in words for the log what led to it."""

    reason: Reason
    message: str


def user_id(user: User) -> str | None:
    """What a page's token says of a user."""
    return None if user.pk is None else str(user.pk)


def not_its_user(user: User, page: Page) -> Refusal | None:
    """None where it is this user's page. One made for a user is for that user alone; one made for nobody in particular
    holds no secret: it goes on when somebody signs in beside it."""
    if isinstance(user, Unidentified):
        return Refusal(Reason.ASK_AGAIN, "it could not be asked whose page it is")
    if page.user is None or user_id(user) == page.user:
        return None
    if principal_of(page.user):
        return Refusal(Reason.FORBIDDEN, f"{page.user}, for which the page was made, is not there any more")
    if user.is_anonymous:
        return Refusal(Reason.SIGN_IN, "the page's user is no longer signed in")
    words = "the page was made for another user than its session's; if a middleware sets request.user, set LIVE_USER"
    return Refusal(Reason.FORBIDDEN, words)


def is_over(user: User, page: Page, keys: Sequence[Key], withheld: Mapping[Key, Why]) -> Refusal | None:
    """A refusal where the user may not see what the page requires, or may see nothing any more of what it is about.

    An error of ours ends no page.
    """
    refused = {key.element: key for key, why in withheld.items() if why != "failed"}
    roots = page.roots.values() or keys
    content = [key.element for key in roots if Fragment.named(key.name).is_content] or [key.element for key in roots]
    over = page.required & refused.keys() or (set(content) if refused.keys() >= set(content) else set())
    if not over:
        return None
    # Who has no account may have one; what is no user has none.
    reason = Reason.SIGN_IN if user.pk is None else Reason.FORBIDDEN
    first = next(key for id, key in refused.items() if id in over)
    return Refusal(reason, f"{first} is not to be seen by {user}")
