"""``manage.py banner``."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.utils import timezone

from live.banners.models import Banner, BannerUpdate
from live.notices.models import AuditEntry

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def run(*arguments: str, **options: Any) -> str:
    out = io.StringIO()
    call_command("banner", *arguments, stdout=out, **options)
    return out.getvalue()


def test_shows_one_and_prints_its_id() -> None:
    before = timezone.now()
    printed = run(
        "--level", "maintenance", "--from", "+25m", "--until", "+2h", "--announce-minutes-before", "30", "New", "disks"
    )
    banner = Banner.objects.get()
    assert printed == f"{banner.pk}\n"
    assert (banner.level, banner.text, str(banner.recipients), banner.announce_minutes_before) == (
        "maintenance",
        "New disks",
        "everyone",
        30,
    )
    assert before <= banner.starts - timedelta(minutes=25) <= timezone.now()
    assert banner.ends is not None
    assert banner.ends - banner.starts == timedelta(minutes=95)
    assert AuditEntry.objects.get().who == "manage.py banner"


def test_needs_no_more_than_a_text() -> None:
    run("Hello")
    banner = Banner.objects.get()
    assert (banner.level, banner.ends, banner.announce_minutes_before) == ("info", None, 0)


def test_finds_a_group_by_its_name() -> None:
    Group.objects.create(name="Somebody else")
    group = Group.objects.create(name="Night shift")
    run("--recipients", "group:Night shift", "Hello")
    run("--recipients", f"group:{group.pk}", "Hello")
    assert [str(banner.recipients) for banner in Banner.objects.all()] == [f"group:{group.pk}"] * 2


def test_updates_lists_and_ends() -> None:
    pk = run("--level", "outage", "Disk full").strip()
    assert run("--update", pk, "--state", "identified", "Logs").strip() == ""
    update = BannerUpdate.objects.get()
    assert (update.banner_id, update.state, update.text) == (int(pk), "identified", "Logs")
    assert run("--list").startswith(f"{pk}\toutage\teveryone\t")
    run("--end", pk)
    assert Banner.objects.get().ends is not None
    assert run("--list") == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "A banner needs a text"),
        (["--level", "mild", "x"], "--level is 'mild'; it must be one of info, maintenance, degraded, outage."),
        (["--from", "soon", "x"], "--from: 'soon' is no time; write one such as 14:30"),
        (["--until", "2020-01-01", "x"], "--until: It must end after it has started."),
        (
            ["--announce-minutes-before", "an hour", "x"],
            "--announce-minutes-before is 'an hour'; it must be a whole number of minutes.",
        ),
        (
            ["--announce-minutes-before", "999999", "x"],
            "--announce-minutes-before: It can be announced at most 44640 minutes before its start.",
        ),
        (["--recipients", "nobody", "x"], "--recipients: there are no recipients 'nobody'; there are: "),
        (["--recipients", "group:None", "x"], "--recipients: There are no recipients group:None."),
        (["--end", "77"], "--end: there is no banner 77; --list names those that are shown or to come."),
        (["--end", "x"], "--end: there is no banner x;"),
        (["--update", "77", "--state", "resolved"], "--update: there is no banner 77;"),
        (["--update", "1"], "--update needs --state: investigating, identified, monitoring, resolved."),
        (["--update", "1", "--state", "fine"], "--state is 'fine'; it must be one of"),
        (["--end", "1", "--level", "info"], "--level does not go with --end."),
        (["--list", "--from", "+1h"], "--from does not go with --list."),
        (["--end", "1", "x"], "A text does not go with --end."),
        (["--state", "resolved", "x"], "--state does not go with a new banner."),
    ],
)
def test_a_wrong_value_is_one_sentence_and_changes_nothing(arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    assert str(caught.value).startswith(said)
    assert caught.value.returncode == 1
    assert not Banner.objects.exists()
    assert not AuditEntry.objects.exists()


def test_one_that_has_ended_is_said() -> None:
    pk = run("x").strip()
    run("--end", pk)
    with pytest.raises(CommandError, match=f"Banner {pk} had ended before."):
        run("--end", pk)
    with pytest.raises(CommandError, match="This banner has ended."):
        run("--update", pk, "--state", "resolved")
