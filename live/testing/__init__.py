"""Tests of live pages without a browser or a socket: what is announced, and what an open page shows.

with capture() as live:
    client.post("/orders/12/pay/")
assert row.key(pk=12) in live.changed

with watch(client, "/orders/") as page:
    order.save()
    page.wait_for(row.key(pk=order.pk), contains="paid")
"""

from live.testing.capture import Captured, capture
from live.testing.watch import OpenPage, watch

__all__ = ["Captured", "OpenPage", "capture", "watch"]
