"""What changes which fragment beside what ``depends_on`` says. Receivers run inside the writer's transaction; changes
wait for its commit."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from live.banners import fragments, receipts
from live.banners.models import EVERYWHERE, Banner, BannerUpdate
from live.hub import periodic_tasks
from live.notices import activity_changed

periodic_tasks.register(receipts.COUNT_SECONDS, receipts.count)


@receiver([post_save, post_delete], sender=Banner)
def _banner_changed(instance: Banner, using: str, **kwargs: Any) -> None:
    _regions_changed(instance, using)


@receiver([post_save, post_delete], sender=BannerUpdate)
def _update_changed(instance: BannerUpdate, using: str, **kwargs: Any) -> None:
    _regions_changed(instance.banner, using)


def _regions_changed(banner: Banner, using: str) -> None:
    # One whose recipients have just been others is on pages where only its end or the sweep would be noticed.
    for region in {EVERYWHERE, banner.region}:
        fragments.banners.changed(region=region, using=using)
        fragments.announcement.changed(region=region, using=using)
    activity_changed(using=using)
