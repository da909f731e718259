"""Declare a keyed list: its items are fragments, which come, go and move by themselves.

    @fragment("shop/orders.html#row")
    def row(pk: int):
        return {"order": Order.objects.get(pk=pk)}

    @live_list(row)
    def rows(status: str = "open"):
        return Order.objects.filter(status=status).order_by("due").values_list("pk", flat=True)

    <tbody>{% live_list "shop.rows" %}</tbody>

A page that shows the list is sent what is new in it and what has moved where, and nothing of what stays as it is.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Concatenate, Unpack, overload

from live.declaration import A, Options
from live.fragments import Fragment, P, Per
from live.keys import ElementId, FragmentError, Key

# Of one list: a page says of each what it shows, again and again.
MAX_ITEMS = 5000


class LiveList(Fragment[P]):
    """One declared list, which is a fragment by its name, parameters, ``changed`` and ``visible_to``. Made by
    ``live_list``."""

    def __init__(
        self, function: Callable[..., Iterable[Any]], item: Fragment, per: Per | None, **options: Unpack[Options]
    ) -> None:
        # What is said in the stead of a list is in an element as its items are.
        super().__init__(function, item.template, per, **options)
        self.item = item
        item.is_item = True

    def items(self, key: Key) -> list[Key]:
        """The keys of its items, in order. ``FragmentError`` for what cannot be one, for the same one twice, and for
        more than ``MAX_ITEMS``."""
        items: dict[ElementId, Key] = {}
        for value in self.call(key):
            item = self._item(value)
            if item.element in items:
                raise FragmentError(f"{key} has {item} twice; is a distinct() missing?")
            if len(items) == MAX_ITEMS:
                raise FragmentError(f"{key} has more than {MAX_ITEMS} items: show some of them, or pages of them")
            items[item.element] = item
        return list(items.values())

    def _item(self, value: Any) -> Key:
        if isinstance(value, Mapping):
            return self.item.key(**value)
        names = self.item.parameters.required
        if len(names) != 1:
            raise FragmentError(
                f"{self.name} has {value!r}, and its items, {self.item.name}, take ({', '.join(names)}): give dicts,"
                " as .values(...) does"
            )
        return self.item.key(**{names[0]: value})


@overload
def live_list(
    item: Fragment, *, per: None = None, **options: Unpack[Options]
) -> Callable[[Callable[P, Iterable[Any]]], LiveList[P]]: ...
@overload
def live_list(
    item: Fragment, *, per: Callable[..., A], **options: Unpack[Options]
) -> Callable[[Callable[Concatenate[A, P], Iterable[Any]]], LiveList[P]]: ...
def live_list(
    item: Fragment, *, per: Per | None = None, **options: Unpack[Options]
) -> Callable[[Callable[..., Iterable[Any]]], LiveList]:
    """Declare the decorated function as a list of ``item`` fragments.

    The function gives what they are of, in order: of an item with one parameter its values, as
    ``values_list("pk", flat=True)`` gives them; of others dicts of their parameters, as ``values(...)`` gives them.
    Whatever in that order may have changed is announced with ``rows.changed()``; what is in an item, with the item's
    own ``changed``. ``per``, ``interval_seconds`` and ``depends_on`` are those of a fragment.

    An item that may not be seen, or is not there any more, is not shown. Raises ``FragmentError`` where what is to be
    an item is no fragment.
    """
    if not isinstance(item, Fragment):
        raise FragmentError("live_list needs the fragment of its items: @live_list(row)")

    def declare(function: Callable[..., Iterable[Any]]) -> LiveList:
        return LiveList(function, item, per, **options)

    return declare
