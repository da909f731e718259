"""Checked by mypy, see ``test_types.py``, and never run: it must refuse the lines marked as wrong, and no other."""

from datetime import date
from typing import Any
from uuid import UUID

from live import ANY, Fragment, fragment
from live.keys import Key


@fragment("shop/order.html#row")
def row(pk: UUID, day: date, note: str = "") -> dict[str, Any]:
    return {}


def role(user: Any) -> str:
    return "staff"


@fragment("shop/desk.html#desk", per=role, interval_seconds=1)
def desk(audience: str, pk: int) -> dict[str, Any]:
    return {}


@fragment("shop/untyped.html")
def untyped(pk):  # type: ignore[no-untyped-def]
    return {}


ID, DAY = UUID(int=1), date(2026, 1, 2)

row.changed(pk=ID, day=DAY)
row.changed(ID, DAY, note="paid")
row.changed(pk=ID, day=DAY, using="analytics")
row.changed_id(pk=ID, day=DAY)
row.changed(pk=ANY, day=DAY)
desk.changed(pk=1)
desk.changed(pk=1, audience="staff")
desk.changed(pk=1, audience="staff", using="analytics")
untyped.changed(pk="anything")
key: Key = desk.key(pk=1, audience=("staff", 1))
any_of_them: Fragment = row
any_of_them.changed(whatever=1)

row.changed(id=ID, day=DAY)  # wrong
row.changed(pk=ID)  # wrong
row.changed(pk=12, day=DAY)  # wrong
row.key(pk=ID, day="today")  # wrong
row.changed_id(pk=ID, day=DAY, note=5)  # wrong
desk.changed(pk="12")  # wrong
desk.key(12, 13)  # wrong
untyped.changed(id=1)  # wrong
row(pk=ID, day=DAY)  # wrong


@fragment("shop/late.html", per=role)  # wrong
def late(audience: int, pk: int) -> dict[str, Any]:
    return {}


@fragment("shop/listed.html")  # wrong
def listed(pk: int) -> list[int]:
    return []
