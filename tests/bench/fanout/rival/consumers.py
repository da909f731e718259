"""The rival's consumer, and what it is sent when the panel has changed.

A change reaches ``push`` exactly as it reaches our hub: the same API, the same write, the same announcement at commit.
From there on it is the rival's own way to the viewers. Nothing is in its way that a real one would have: no session or
auth middleware, no report, no check of who may see.
"""

import os
from functools import cache
from typing import Any

from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer

from boards import fragments
from boards.models import Panel
from live import html_of
from live.keys import Key, RenderingId

GROUP = "week"


@cache
def panel() -> Key:
    """The one fragment that changes."""
    return fragments.panel.key(pk=Panel.objects.get(board__slug="this-week").pk)


def push(ids: frozenset[RenderingId]) -> None:
    """Send the panel to the group, as HTML, rendered once; or, with RIVAL_RENDERS=each, only the news of it."""
    if any(id.includes(panel().id) for id in ids):
        once = os.environ["RIVAL_RENDERS"] == "once"
        message = {"type": "panel.html", "html": html_of(panel())} if once else {"type": "panel.changed"}
        async_to_sync(get_channel_layer("rival").group_send)(GROUP, message)


class PanelConsumer(AsyncWebsocketConsumer):
    """One viewer, one channel, one member of the group."""

    channel_layer_alias = "rival"

    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def panel_html(self, event: dict[str, Any]) -> None:
        await self.send(event["html"])

    async def panel_changed(self, event: dict[str, Any]) -> None:
        await self.send(await database_sync_to_async(html_of)(panel()))
