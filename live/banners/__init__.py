"""The service is down, or will be at noon: all who have a page open now, or open one until then, have to know.

A banner is a message that stays on every page of its recipients until it ends. It begins, counts down and ends by
itself on every open page, has a timeline of updates, and shows how many open pages have it:

    from live.banners import Banner, save

    save(Banner(level="maintenance", text="We move to new disks.", announce_minutes_before=10), who="a script")
"""

from typing import TYPE_CHECKING

from live.lazy_names import lazy_names

__all__ = ["Banner", "BannerUpdate", "delete", "end", "save", "update"]

if TYPE_CHECKING:
    from live.banners.lifecycle import delete, end, save, update
    from live.banners.models import Banner, BannerUpdate
else:
    __getattr__ = lazy_names(__name__, "models lifecycle", __all__)
