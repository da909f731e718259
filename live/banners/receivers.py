"""What changes which fragment. Receivers run inside the writer's transaction; changes wait for its commit."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from live.banners import fragments, receipts
from live.banners.models import EVERYWHERE, Banner, BannerUpdate, ReceiptCount
from live.hub import periodic_tasks
from live.notices import activity_changed

periodic_tasks.register(receipts.COUNT_SECONDS, receipts.count)


@receiver([post_save, post_delete], sender=Banner)
def _banner_changed(instance: Banner, **kwargs: Any) -> None:
    fragments.banner.changed(pk=instance.pk)
    fragments.banner_times.changed(pk=instance.pk)
    fragments.receipts.changed(pk=instance.pk)
    _regions_changed(instance)


@receiver([post_save, post_delete], sender=BannerUpdate)
def _update_changed(instance: BannerUpdate, **kwargs: Any) -> None:
    fragments.banner.changed(pk=instance.banner_id)
    _regions_changed(instance.banner)


@receiver([post_save, post_delete], sender=ReceiptCount)
def _receipts_changed(instance: ReceiptCount, **kwargs: Any) -> None:
    fragments.receipts.changed(pk=instance.banner_id)


def _regions_changed(banner: Banner) -> None:
    # One whose recipients have just been others is on pages where only its end or the sweep would be noticed.
    for region in {EVERYWHERE, banner.region}:
        fragments.banners.changed(region=region)
        fragments.announcement.changed(region=region)
    activity_changed()
