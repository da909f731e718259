"""What changes which fragment and feed. Receivers run inside the writer's transaction; changes wait for its commit."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from live.hub import periodic_tasks
from live.notices import fragments, receipts
from live.notices.audiences import AudienceError
from live.notices.models import Banner, BannerUpdate, Reach

periodic_tasks.register(receipts.EVERY, receipts.count)


@receiver([post_save, post_delete], sender=Banner)
def _banner(instance: Banner, **kwargs: Any) -> None:
    fragments.banner.changed(pk=instance.pk)
    fragments.banner_when.changed(pk=instance.pk)
    fragments.reach.changed(pk=instance.pk)
    _places(instance)


@receiver([post_save, post_delete], sender=BannerUpdate)
def _update(instance: BannerUpdate, **kwargs: Any) -> None:
    fragments.banner.changed(pk=instance.banner_id)
    _places(instance.banner)


@receiver([post_save, post_delete], sender=Reach)
def _reach(instance: Reach, **kwargs: Any) -> None:
    fragments.reach.changed(pk=instance.banner_id)


def _places(banner: Banner) -> None:
    # One whose audience has just been another stands on pages where only its end or the sweep would be noticed.
    for place in {fragments.EVERYWHERE, _place(banner)}:
        fragments.banners.changed(place=place)
        fragments.banner_news.changed(place=place)


def _place(banner: Banner) -> str:
    try:
        return banner.audience if banner.to.place else fragments.EVERYWHERE
    except AudienceError:  # of an app that is not installed any more
        return fragments.EVERYWHERE
