"""Who sees which banner, how it looks, and when that changes by itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.utils import timezone

from live.banners import fragments, lifecycle
from live.banners.fragments import BannerAudience
from live.banners.models import EVERYWHERE, Banner, Dismissal
from live.fragments import Fragment
from live.notices import Kind, everyone, recipients, signed_in, staff
from live.notices.recipient_kinds import digest
from live.rendering.render import render
from live.rendering.tree import html_of
from tests.unit.live.screens import collect_elements

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Clock:
    """What ``timezone.now`` says in a test."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture
def room() -> Iterator[Kind]:
    """A kind of recipients that is about pages: those that show a banner's receipts, for want of another fragment."""

    @recipients("Viewers of a room", name="room", viewers_of=lambda ref: fragments.receipts.key(pk=int(ref)))
    def room(user: Any, ref: str) -> bool:
        return bool(user.is_authenticated)

    yield room
    del Kind.registry["room"]


def make(**given: Any) -> Banner:
    return lifecycle.save(Banner(**{"text": "Back soon", "starts": NOON, **given}), who="a test")


def visitor(session: str | None = None) -> Any:
    user = AnonymousUser()
    user.live_session = session  # type: ignore[attr-defined]
    return user


def sees(user: Any, region: str = EVERYWHERE) -> list[str]:
    """The texts of the banners that a user is shown, in order."""
    audience = fragments.current_audience(user)
    visible, _ = fragments.shown(region, audience, timezone.now())
    nested = render(fragments.banners.key(region=region, audience=audience)).children
    assert [dict(key.params)["pk"] for key in nested] == [banner.pk for banner in visible]
    return [banner.text for banner in visible]


def html(user: Any) -> str:
    return html_of(fragments.banners.key(region=EVERYWHERE, audience=fragments.current_audience(user)))


class TestWhoSeesIt:
    def test_everyone_those_signed_in_staff_a_group_a_person_and_whoever_has_a_permission(self) -> None:
        group = Group.objects.create(name="Operators")
        people = {
            "visitor": visitor(),
            "ann": User.objects.create_user("ann"),
            "operator": User.objects.create_user("operator"),
            "staff": User.objects.create_user("staff", is_staff=True),
            "root": User.objects.create_superuser("root"),
        }
        people["operator"].groups.add(group)
        told = {
            "everyone": {*people},
            "signed_in": {*people} - {"visitor"},
            "staff": {"staff", "root"},
            f"group:{group.pk}": {"operator"},
            f"user:{people['ann'].pk}": {"ann"},
            "permission:auth.add_user": {"root"},
        }
        for audience in told:
            make(text=audience, recipients=audience)
        for name, user in people.items():
            assert sorted(sees(user)) == sorted(audience for audience, of in told.items() if name in of)

    def test_those_of_a_region_are_seen_there_and_nowhere_else(self, room: Kind) -> None:
        make(text="here", recipients="room:5")
        make(text="there", recipients="room:6")
        ann = User.objects.create_user("ann")
        assert sees(ann, "room:5") == ["here"]
        assert sees(ann) == []
        assert fragments.may_see_region(ann, "room:5")
        assert not fragments.may_see_region(visitor(), "room:5")
        assert fragments.may_see_region(visitor(), EVERYWHERE)

    def test_recipients_whose_question_fails_or_is_gone_take_nothing_else_with_them(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        make(text="fine")
        Banner.objects.create(text="failing", recipients="broken:1", starts=NOON)
        Banner.objects.create(text="gone", recipients="removed:1", starts=NOON)

        @recipients("Broken", name="broken")
        def broken(user: Any, ref: str) -> bool:
            raise ZeroDivisionError

        try:
            assert sees(visitor()) == ["fine"]
        finally:
            del Kind.registry["broken"]
        assert "are the recipients of broken:1 could not be asked" in caplog.text

    def test_while_there_is_none_one_query_tells(self, django_assert_num_queries: Any) -> None:
        root = User.objects.create_superuser("root")
        with django_assert_num_queries(1):
            assert fragments.audience_of(root) == BannerAudience((everyone, signed_in, staff))
        with django_assert_num_queries(0):
            fragments.audience_of(root)

    def test_the_first_for_all_staff_is_for_recipients_that_pages_have_already(self) -> None:
        root = User.objects.create_superuser("root")
        before = fragments.current_audience(root)
        make(recipients="staff")
        assert fragments.current_audience(root) == before


class TestDismissed:
    @pytest.mark.parametrize("level", ["info", "maintenance", "degraded", "outage"])
    def test_by_one_it_is_away_for_that_one_except_an_outage(self, level: str) -> None:
        ann, bob = User.objects.create_user("ann"), User.objects.create_user("bob")
        banner = make(level=level)
        Dismissal.objects.create(person=f"user:{ann.pk}", banner=banner)
        Dismissal.objects.create(person=f"session:{digest('one')}", banner=banner)
        seen = [bool(sees(user)) for user in (ann, bob, visitor("one"), visitor("other"), visitor())]
        assert seen == [level == "outage", True, level == "outage", True, True]

    def test_an_update_brings_it_back(self) -> None:
        ann, banner = User.objects.create_user("ann"), make()
        Dismissal.objects.create(person=f"user:{ann.pk}", banner=banner)
        lifecycle.update(banner, "monitoring", who="a test")
        assert sees(ann) == ["Back soon"]


class TestByTheClock:
    def test_it_comes_when_it_is_announced_and_goes_at_its_end(self, clock: Clock) -> None:
        """Whenever a page is opened: what it shows depends on nothing but the time."""
        make(starts=NOON + HOUR, ends=NOON + 2 * HOUR, announce_minutes_before=30)
        key = fragments.banners.key(region=EVERYWHERE, audience=fragments.current_audience(visitor()))
        history = []
        while True:
            rendered = render(key)
            history.append(((clock.now - NOON) // MINUTE, len(rendered.children)))
            if rendered.next_change is None:
                break
            clock.now = datetime.fromtimestamp(rendered.next_change, UTC)
        assert history == [(0, 0), (30, 1), (60, 1), (120, 0)]

    def test_over_the_hour_that_comes_twice(self, clock: Clock, settings: Any) -> None:
        settings.TIME_ZONE = "Europe/Berlin"
        first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        clock.now = first - HOUR
        banner = make(starts=first, ends=first + HOUR, announce_minutes_before=90)
        key = fragments.banner_times.key(pk=banner.pk)
        assert "starts in 60 min (<time" in (before := render(key).html)
        assert ">02:30 CEST</time>), until <time" in before
        assert ">02:30 CET</time></p>" in before
        changes = render(key).next_change
        assert changes is not None
        assert datetime.fromtimestamp(changes, UTC) == first - 59 * MINUTE
        clock.now = first
        assert "since <time" in render(key).html
        clock.now = first + HOUR
        assert sees(visitor()) == []

    def test_a_countdown_changes_its_own_fragment_and_not_the_banner(self, clock: Clock) -> None:
        banner = make(starts=NOON + 25 * MINUTE, announce_minutes_before=30)
        one, times = fragments.banner.key(pk=banner.pk), fragments.banner_times.key(pk=banner.pk)
        before = render(one).version, render(times).version
        clock.now += MINUTE
        assert render(one).version == before[0]
        assert render(times).version != before[1]
        assert "starts in 24 min" in render(times).html


class TestLooks:
    def test_the_level_is_a_word_and_a_shape(self) -> None:
        for level in Banner.Level:
            out = render(fragments.banner.key(pk=make(level=level).pk)).html
            assert f"<strong>{str(level.label).capitalize()}</strong>" in out
            assert '<svg class="live-banner-icon"' in out
        icons = {render(fragments.banner.key(pk=each.pk)).html.split("<svg")[1] for each in Banner.objects.all()}
        assert len(icons) == len(Banner.Level)

    def test_the_most_severe_comes_first(self) -> None:
        for level in ("info", "degraded", "outage", "maintenance"):
            make(text=level, level=level)
        assert sees(visitor()) == ["outage", "degraded", "maintenance", "info"]

    def test_the_timeline_is_dated_and_its_oldest_lines_are_counted(self) -> None:
        banner = make()
        for number in range(7):
            lifecycle.update(banner, "investigating", f"look {number}.", who="a test")
        out = render(fragments.banner.key(pk=banner.pk)).html
        assert [number for number in range(7) if f"look {number}." in out] == [2, 3, 4, 5, 6]
        assert out.index("look 6.") < out.index("look 2.")
        assert out.count("<b>Investigating</b>") == 5
        assert out.count("<time datetime=") == 5
        assert "and 2 earlier updates" in out

    def test_only_one_that_can_be_dismissed_has_a_button(self) -> None:
        buttons = {
            level: "<button" in render(fragments.banner.key(pk=make(level=level).pk)).html for level in Banner.Level
        }
        assert buttons == {level: level != "outage" for level in Banner.Level}

    def test_a_page_without_banners_has_no_landmark_for_them(self) -> None:
        assert "aria-label" not in html(visitor())
        make()
        assert 'aria-label="Announcements"' in html(visitor())

    def test_what_screen_readers_announce_is_what_is_newest_without_its_times(self, clock: Clock) -> None:
        def announced() -> str:
            return render(
                fragments.announcement.key(region=EVERYWHERE, audience=fragments.current_audience(visitor()))
            ).html.removeprefix(' lang="en"')

        assert announced() == "></p>"
        banner = make(level="maintenance", starts=NOON + 25 * MINUTE, announce_minutes_before=30)
        heard = announced()
        assert heard == ">Maintenance: Back soon</p>"
        clock.now += 10 * MINUTE
        assert announced() == heard
        make(text="Something else")
        assert announced() == ">Information: Something else</p>"
        clock.now += MINUTE
        lifecycle.update(banner, "monitoring", "Looks good.", who="a test")
        assert announced() == ">Maintenance: Back soon Monitoring. Looks good.</p>"


def test_changes_are_announced_at_commit(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from live import changes

    heard: set[str] = set()
    monkeypatch.setattr(changes, "listeners", [collect_elements(heard)])
    with django_capture_on_commit_callbacks(execute=True):
        banner = make()
        assert heard == set()
    names = {"live_banners-banners-everywhere", "live_banners-announcement-everywhere"}
    own = {f"live_banners-{name}-{banner.pk}" for name in ("banner", "banner_times", "receipts")}
    assert heard == names | own | {"live_notices-activity"}
    heard.clear()
    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.update(banner, "identified", who="a test")
    assert names | {f"live_banners-banner-{banner.pk}"} <= heard
    heard.clear()
    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.delete(banner, who="a test")
    assert names <= heard


def test_those_of_a_region_are_announced_there(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch, room: Kind
) -> None:
    from live import changes

    heard: set[str] = set()
    monkeypatch.setattr(changes, "listeners", [collect_elements(heard)])
    with django_capture_on_commit_callbacks(execute=True):
        make(recipients="room:5")
    assert fragments.banners.key(region="room:5").element in heard
    assert Fragment.named("live_banners.banners").key(region="room:6").element not in heard
