"""The feed of notices: on every page of their recipients, once, in order."""

from collections.abc import Callable, Collection, Sequence
from functools import cache, partial

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from live import moments
from live.feeds import Feed, Item, Subscriber, append_to
from live.notices import levels, text
from live.notices.models import Dismissal, Notice
from live.notices.recipient_kinds import Recipients, digest
from live.notices.sequence import sequence
from live.page.access import User

STATUS, ALERT = "live-notices-status", "live-notices-alert"


class Notices(Feed):
    """All notices; ``recipients`` picks those of one."""

    name = "live_notices.notices"

    def newest(self, after: int, limit: int) -> Sequence[Item]:
        # Committed by a process that ended before it could give them their numbers.
        if Notice.objects.filter(seq=None).exists():
            sequence()
        rows = Notice.objects.filter(seq__gt=after).order_by("-seq")[:limit]
        return [_item(notice) for notice in reversed(rows)]

    def last(self) -> int:
        return next(iter(_sequences().all()), None) or 0

    def recipients(self, item: Item, among: Collection[Subscriber]) -> Collection[Subscriber]:
        to: Recipients = item.recipients
        key = to.viewers_of
        # The pages that show the fragment, and of these the people who may.
        viewers = among if key is None else [subscriber for subscriber in among if key.element in subscriber.showing]
        subscribers = _recipients(to, viewers)
        dismissed = set(Dismissal.objects.filter(notice=int(item.key)).values_list("person", flat=True))
        if not dismissed:
            return subscribers
        return [subscriber for subscriber in subscribers if person_of(subscriber) not in dismissed]

    def reset(self) -> str:
        return append_to(STATUS, render_to_string("live/notices/missed.html"))


notices = Notices()


@cache
def _sequences() -> QuerySet[Notice, int | None]:
    """Made once: each page asks, and to make a query takes longer than to ask it."""
    return Notice.objects.filter(seq__isnull=False).order_by("-seq").values_list("seq", flat=True)[:1]


def person_of(subscriber: Subscriber) -> Recipients | None:
    """The one person who that is; None if we cannot know them again. As ``person``, of a user."""
    if subscriber.user is not None:
        return Recipients("user", subscriber.user)
    return Recipients("session", digest(subscriber.session)) if subscriber.session else None


def _recipients(to: Recipients, among: Collection[Subscriber]) -> Collection[Subscriber]:
    """Which of the subscribers are recipients. Few questions for many subscribers."""
    without_account: dict[str, Callable[[Subscriber], bool]] = {
        "everyone": lambda subscriber: True,
        "signed_in": lambda subscriber: subscriber.user is not None,
        "user": lambda subscriber: subscriber.user == to.ref,
        "session": lambda subscriber: person_of(subscriber) == to,
    }
    if to.kind in without_account:
        return [subscriber for subscriber in among if without_account[to.kind](subscriber)]
    users = {subscriber.user for subscriber in among if subscriber.user is not None}
    accounts = get_user_model()._default_manager.filter(pk__in=users, is_active=True)
    if to.kind == "group":
        members = {str(pk) for pk in accounts.filter(groups=int(to.ref)).values_list("pk", flat=True)}
        return [subscriber for subscriber in among if subscriber.user in members]
    people: dict[str | None, User] = {str(account.pk): account for account in accounts}
    included = {name for name, account in {**people, None: AnonymousUser()}.items() if to.includes(account)}
    return [subscriber for subscriber in among if subscriber.user in included]


def _item(notice: Notice) -> Item:
    return Item(
        sequence=notice.seq or 0,
        key=str(notice.pk),
        render=partial(html_of, notice),
        into=into(notice),
        recipients=notice.recipients,
        expires=notice.expires.timestamp(),
    )


def into(notice: Notice) -> str:
    """The element that a notice is appended to: errors interrupt a screen reader, others wait."""
    return ALERT if levels.urgent(notice.level) else STATUS


def html_of(notice: Notice) -> str:
    """One notice's element, the same on a page that is loaded, in a response and in a frame."""
    return render_to_string(
        "live/notices/notice.html",
        {
            "notice": notice,
            "body": mark_safe(notice.text) if notice.html else text.text_to_html(notice.text),
            "tag": levels.tag(notice.level),
            "urgent": levels.urgent(notice.level),
            "now": moments.now(),
        },
    )


def render_out_of_band(notice: Notice) -> str:
    """The same, to be swapped in out of band."""
    return append_to(into(notice), html_of(notice))
