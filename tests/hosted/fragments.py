from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib.auth.models import Group

from live import Feed, fragment
from live.feeds import Item


@fragment("hosted/page.html#count")
def count() -> dict[str, Any]:
    return {"count": Group.objects.count()}


@fragment("hosted/parts.html#item")
def item(pk: int) -> dict[str, Any]:
    return {"group": Group.objects.get(pk=pk)}


@item.visible_to
def _(user: Any, pk: int) -> bool:
    return not Group.objects.filter(pk=pk, name__startswith="Secret").exists()


class Arrivals(Feed):
    """A new group is an item."""

    name = "hosted.arrivals"

    def newest(self, after: int, limit: int) -> Sequence[Item]:
        rows = Group.objects.filter(pk__gt=after).order_by("-pk").values_list("pk", "name")[:limit]
        return [
            Item(pk, str(pk), partial("<li id='arrival-{}'>{}</li>".format, pk, name), "arrivals")
            for pk, name in reversed(rows)
        ]


arrivals = Arrivals()
