"""The feed of notices: each on every page that is to hear it, once, in order."""

from collections.abc import Callable, Collection, Sequence
from functools import partial

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe

from live.feeds import Feed, Item, Subscriber, append_to
from live.notices import levels, text
from live.notices.audiences import Audience, AudienceError, digest
from live.notices.models import Dismissal, Notice
from live.notices.sequence import sequence
from live.page.access import User

STATUS, ALERT = "live-notices-status", "live-notices-alert"


class Notices(Feed):
    """All notices; ``recipients`` picks those of a listener."""

    name = "live_notices.notices"

    def newest(self, after: int, limit: int) -> Sequence[Item]:
        # Committed by a process that ended before it could give them their place.
        if Notice.objects.filter(seq=None).exists():
            sequence()
        rows = Notice.objects.filter(seq__gt=after).order_by("-seq")[:limit]
        return [_item(notice) for notice in reversed(rows)]

    def last(self) -> int:
        found = Notice.objects.filter(seq__isnull=False).order_by("-seq").values_list("seq", flat=True).first()
        return found or 0

    def recipients(self, item: Item, among: Collection[Subscriber]) -> Collection[Subscriber]:
        try:
            to = Audience.parse(item.recipients)
        except AudienceError:  # of an app that is not installed any more
            return []
        place = to.place
        # The pages that show a place, and of these the people who may be told.
        here = among if place is None else [each for each in among if place.element in each.showing]
        heard = _people(to, here)
        dismissed = set(Dismissal.objects.filter(notice=int(item.key)).values_list("person", flat=True))
        return [each for each in heard if person_of(each) not in dismissed] if dismissed else heard

    def reset(self) -> str:
        return append_to(STATUS, render_to_string("live/notices/missed.html"))


notices = Notices()


def person_of(listener: Subscriber) -> str:
    """Who that is, as dismissals name people."""
    if listener.user is not None:
        return f"user:{listener.user}"
    return f"session:{digest(listener.session)}" if listener.session else ""


def _people(to: Audience, among: Collection[Subscriber]) -> Collection[Subscriber]:
    """Those who belong to an audience that goes by the account. Few questions for many listeners."""
    ask: dict[str, Callable[[Subscriber], bool]] = {
        "everyone": lambda listener: True,
        "signed_in": lambda listener: listener.user is not None,
        "user": lambda listener: listener.user == to.ref,
        "session": lambda listener: person_of(listener) == str(to),
    }
    if to.kind in ask:
        return [each for each in among if ask[to.kind](each)]
    users = {each.user for each in among if each.user is not None}
    accounts = get_user_model()._default_manager.filter(pk__in=users, is_active=True)
    if to.kind == "group":
        members = {str(pk) for pk in accounts.filter(groups=int(to.ref)).values_list("pk", flat=True)}
        return [each for each in among if each.user in members]
    found: dict[str | None, User] = {str(account.pk): account for account in accounts}
    included = {name for name, account in {**found, None: AnonymousUser()}.items() if to.includes(account)}
    return [each for each in among if each.user in included]


def _item(notice: Notice) -> Item:
    return Item(
        sequence=notice.seq or 0,
        key=str(notice.pk),
        render=partial(html_of, notice),
        into=into(notice),
        recipients=notice.audience,
        expires=notice.expires.timestamp(),
    )


def into(notice: Notice) -> str:
    """The element that a notice is appended to: errors interrupt a screen reader, others wait."""
    return ALERT if levels.urgent(notice.level) else STATUS


def html_of(notice: Notice) -> str:
    """One notice's element, the same on a page that is loaded, in an answer and in a frame."""
    return render_to_string(
        "live/notices/notice.html",
        {
            "notice": notice,
            "body": mark_safe(notice.text) if notice.html else text.to_html(notice.text),
            "tag": levels.tag(notice.level),
            "urgent": levels.urgent(notice.level),
            "now": timezone.now(),
        },
    )


def piece_of(notice: Notice) -> str:
    """The same, to be swapped in out of band."""
    return append_to(into(notice), html_of(notice))
