"""Banners over the socket: what is pushed when, to whom, and how often it is rendered."""

from datetime import UTC, datetime, timedelta

from tests.pages import OpenPage
from tests.servers import Site
from tests.waiting import until

WEEK = "/boards/this-week/"
EVERYWHERE = "live_banners-banners-everywhere"


def make(site: Site, *arguments: str) -> str:
    return site.manage("banner", *arguments).strip()


def test_a_coming_one_is_pushed_at_its_second_to_all_rendered_once(site: Site) -> None:
    pages = [OpenPage(site, WEEK).live() for _ in range(4)]
    starts = datetime.now(UTC) + timedelta(seconds=4)
    make(site, "--from", starts.isoformat(), "New disks")
    frames = {page.until("New disks") for page in pages}
    assert len(frames) == 1, "the same bytes for all"
    late = (datetime.now(UTC) - starts).total_seconds()
    assert late > -0.05
    assert "New disks" in OpenPage(site, WEEK).html


def test_a_transaction_that_rolls_back_shows_nothing(site: Site) -> None:
    page = OpenPage(site, WEEK).live()
    site.shell(
        """
from django.db import transaction
from live.banners import lifecycle
from live.banners.models import Banner
try:
    with transaction.atomic():
        lifecycle.save(Banner(text="Rolled back"), who="a test")
        raise KeyError
except KeyError:
    pass
"""
    )
    make(site, "Committed")
    page.until("Committed")
    assert not any("Rolled back" in frame for frame in page.frames)


def test_who_leaves_a_group_loses_its_banner_and_not_the_page(site: Site) -> None:
    member = "from django.contrib.auth.models import *; group, _ = Group.objects.get_or_create(name='Operators');"
    site.shell(member + "User.objects.get().groups.add(group)")
    pk = make(site, "--recipients", "group:Operators", "For operators")
    page, stranger = OpenPage(site, WEEK, site.browse().sign_in()).live(), OpenPage(site, WEEK).live()
    assert "For operators" in page.html
    assert "For operators" not in stranger.html
    site.shell(member + "User.objects.get().groups.clear()")
    page.wait(lambda: "For operators" not in page.fragments[EVERYWHERE], "the banner goes")
    page.sync()
    stranger.sync()
    assert f"live_banners-banner-{pk}" not in "".join(stranger.frames)


def test_put_away_at_one_server_it_goes_at_the_other(pair: tuple[Site, Site]) -> None:
    first, second = pair
    pk = make(first, "New disks")
    session = first.browse().sign_in()
    page = OpenPage(second, WEEK, session)
    assert "New disks" in page.html
    page.live(port=second.port)
    assert session.post(f"/live/banners/{pk}/dismiss", {}).status == 200
    page.wait(lambda: "New disks" not in page.fragments[EVERYWHERE], "the banner goes")


def test_all_servers_together_say_how_many_have_it(pair: tuple[Site, Site]) -> None:
    first, second = pair
    pk = make(first, "New disks")
    pages = [OpenPage(first, WEEK).live(), OpenPage(second, WEEK).live(), OpenPage(second, WEEK).live()]
    staff = OpenPage(first, f"/admin/live_banners/banner/{pk}/change/", first.browse().sign_in())
    receipts = f"live_banners-receipts-{pk}"
    assert receipts in staff.html
    staff.live()
    staff.shows(receipts, "3 of 3 viewers have it")
    pages[2].close()
    staff.shows(receipts, "2 of 2 viewers have it")
    first.manage("banner", "--end", pk)
    staff.shows(receipts, "It is not shown now.")
    count = "from live.banners.models import ReceiptCount; print(ReceiptCount.objects.count())"
    until(lambda: first.shell(count).split()[-1] == "0", "no count of a banner that is over")
