"""Who has dismissed which notice; and the feed that takes it off the same person's other open pages."""

from collections.abc import Collection, Sequence
from functools import cache, partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils.html import format_html

from live.feeds import Feed, Item, Subscriber
from live.notices.feed import person_of
from live.notices.models import Counter, Dismissal, Notice
from live.notices.recipient_kinds import Recipients


class Dismissals(Feed):
    """An item says to the pages of one person that a notice goes. The page's script does it, and shows nothing."""

    name = "live_notices.dismissals"

    def newest(self, after: int, limit: int) -> Sequence[Item]:
        rows = Dismissal.objects.filter(pk__gt=after, notice__isnull=False).order_by("-pk")[:limit]
        return [_item(dismissal) for dismissal in reversed(rows)]

    def last(self) -> int:
        return next(iter(_numbers().all()), 0)

    def recipients(self, item: Item, among: Collection[Subscriber]) -> Collection[Subscriber]:
        return [subscriber for subscriber in among if person_of(subscriber) == item.recipients]


dismissals = Dismissals()


@cache
def _numbers() -> QuerySet[Dismissal, int]:
    """Made once, as each page asks."""
    return Dismissal.objects.filter(notice__isnull=False).order_by("-pk").values_list("pk", flat=True)[:1]


def dismiss(notice: Notice, person: Recipients) -> None:
    """Remember that this person does not want to see it any more. Doing it twice changes nothing."""
    with transaction.atomic():
        # One at a time, from here to the commit: so that the rows' numbers rise in the order of commits, as a feed's
        # must.
        Counter.lock(Dismissals.name)
        Dismissal.objects.get_or_create(person=person, notice=notice)
    dismissals.changed()


def _item(dismissal: Dismissal) -> Item:
    return Item(
        sequence=dismissal.pk,
        key=str(dismissal.pk),
        render=partial(
            format_html, '<i id="dismissal-{}" data-dismiss="notice-{}" hidden></i>', dismissal.pk, dismissal.notice_id
        ),
        into="live-dismissals",
        recipients=dismissal.person,
    )
