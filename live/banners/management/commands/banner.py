"""``manage.py banner``: so that a deploy script can say what is going on."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from live.banners import lifecycle, time_input
from live.banners.fragments import not_over
from live.banners.models import Banner, BannerUpdate
from live.banners.validation import recipients_named

WHO = "manage.py banner"


class Command(BaseCommand):
    help = (
        "Show a banner on every open page, and print its id:  banner --level maintenance --from 14:30 --until +2h TEXT."
        "  Times: 14:30 (the next, in the site's time zone), +25m, +2h, +1d, or ISO 8601."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        # As texts, and looked at below: a wrong value is answered with one sentence.
        parser.add_argument("text", nargs="*", help="What it says. Links: https://… or [words](https://…)")
        parser.add_argument("--level", help=f"{', '.join(Banner.Level.values)}; default info.")
        parser.add_argument("--from", dest="starts", metavar="WHEN", help="Default: now.")
        parser.add_argument("--until", dest="ends", metavar="WHEN", help="Default: until it is ended.")
        parser.add_argument("--recipients", help="everyone (default), signed_in, staff, group:NAME, and what apps add.")
        parser.add_argument("--announce-minutes-before", metavar="N", help="Minutes before its start; default 0.")
        parser.add_argument("--end", metavar="ID", help="End that banner now.")
        parser.add_argument("--update", metavar="ID", help="Add TEXT to that banner's timeline; needs --state.")
        parser.add_argument("--state", help=f"{', '.join(BannerUpdate.State.values)}.")
        parser.add_argument("--list", action="store_true", help="List the banners that are shown or to come.")

    def handle(self, **options: Any) -> None:
        present = {name for name in OPTIONS_OF["new"] | {"end", "update", "state"} if options[name] not in (None, [])}
        present |= {"list"} if options["list"] else set()
        action = next((name for name in ("list", "end", "update") if name in present), "new")
        if surplus := sorted(present - OPTIONS_OF[action]):
            name = _option(surplus[0])
            raise CommandError(f"{name} does not go with {'a new banner' if action == 'new' else f'--{action}'}.")
        try:
            getattr(self, f"_{action}")(options)
        except ValidationError as error:
            raise CommandError(" ".join(_sentences(error))) from None

    def _new(self, options: dict[str, Any]) -> None:
        text = " ".join(options["text"])
        if not text:
            raise CommandError("A banner needs a text: banner --level maintenance TEXT.")
        now = timezone.now()
        banner = Banner(
            level=_one_of("--level", options["level"] or Banner.Level.INFO, Banner.Level.values),
            text=text,
            recipients=recipients_named(options["recipients"] or "everyone"),
            starts=_moment("--from", options["starts"], now) or now,
            ends=_moment("--until", options["ends"], now),
            announce_minutes_before=_minutes(options["announce_minutes_before"] or "0"),
        )
        self.stdout.write(str(lifecycle.save(banner, who=WHO).pk))

    def _end(self, options: dict[str, Any]) -> None:
        banner = _banner("--end", options["end"])
        if not lifecycle.end(banner, who=WHO):
            raise CommandError(f"Banner {banner.pk} had ended before.")

    def _update(self, options: dict[str, Any]) -> None:
        if options["state"] is None:
            raise CommandError(f"--update needs --state: {', '.join(BannerUpdate.State.values)}.")
        state = _one_of("--state", options["state"], BannerUpdate.State.values)
        lifecycle.update(_banner("--update", options["update"]), state, " ".join(options["text"]), who=WHO)

    def _list(self, options: dict[str, Any]) -> None:
        for banner in not_over(timezone.now()):
            ends = timezone.localtime(banner.ends).isoformat(timespec="minutes") if banner.ends else "-"
            starts = timezone.localtime(banner.starts).isoformat(timespec="minutes")
            self.stdout.write(f"{banner.pk}\t{banner.level}\t{banner.recipients}\t{starts}\t{ends}\t{banner.text}")


# What goes with which action.
OPTIONS_OF = {
    "new": {"text", "level", "starts", "ends", "recipients", "announce_minutes_before"},
    "end": {"end"},
    "update": {"update", "state", "text"},
    "list": {"list"},
}
NAMES = {"starts": "--from", "ends": "--until", "text": "A text"}


def _one_of(option: str, value: str, known: list[str]) -> str:
    if value not in known:
        raise CommandError(f"{option} is {value!r}; it must be one of {', '.join(known)}.")
    return value


def _moment(option: str, value: str | None, now: datetime) -> datetime | None:
    try:
        return None if value is None else time_input.parse(value, now)
    except ValueError as error:
        raise CommandError(f"{option}: {error}") from None


def _minutes(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        raise CommandError(f"--announce-minutes-before is {value!r}; it must be a whole number of minutes.")
    return int(value)


def _banner(option: str, value: str) -> Banner:
    banner = None
    if value.isascii() and value.isdecimal() and len(value) < 19:
        banner = Banner.objects.filter(pk=value).first()
    if banner is None:
        raise CommandError(f"{option}: there is no banner {value}; --list names those that are shown or to come.")
    return banner


def _option(field: str) -> str:
    return NAMES.get(field, f"--{field.replace('_', '-')}")


def _sentences(error: ValidationError) -> list[str]:
    """What is wrong, each with the option that it is about."""
    if not hasattr(error, "error_dict"):
        return error.messages
    return [f"{_option(field)}: {message}" for field, messages in error.message_dict.items() for message in messages]
