"""``manage.py banner``: so that a deploy script can say what is going on."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from live import moments
from live.banners import lifecycle, text_input
from live.banners.fragments import not_over
from live.banners.models import Banner, BannerUpdate

WHO = "manage.py banner"


class Command(BaseCommand):
    help = (
        "Show a banner on every open page, and print its id:  banner --level maintenance --from 14:30 --until +2h TEXT."
        "  Times: 14:30 (the next, in the site's time zone), +25m, +2h, +1d, or ISO 8601."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        # As texts, and checked below: a wrong value is one sentence, without the usage.
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
        present = {name for names in OPTIONS_OF.values() for name in names if options[name] not in (None, [], False)}
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
        fields = {name: options[name] for name in OPTIONS_OF["new"] if options[name] is not None} | {"text": text}
        if "level" in fields:
            _check_choice("--level", fields["level"], Banner.Level.values)
        if minutes := options["announce_minutes_before"]:
            fields["announce_minutes_before"] = _number(minutes)
            if fields["announce_minutes_before"] is None:
                raise CommandError(f"--announce-minutes-before is {minutes!r}; it must be a whole number of minutes.")
        self.stdout.write(str(lifecycle.save(text_input.to_banner(fields), who=WHO).pk))

    def _end(self, options: dict[str, Any]) -> None:
        banner = _banner("--end", options["end"])
        if not lifecycle.end(banner, who=WHO):
            raise CommandError(f"Banner {banner.pk} had ended before.")

    def _update(self, options: dict[str, Any]) -> None:
        if options["state"] is None:
            raise CommandError(f"--update needs --state: {', '.join(BannerUpdate.State.values)}.")
        _check_choice("--state", options["state"], BannerUpdate.State.values)
        banner = _banner("--update", options["update"])
        lifecycle.update(banner, options["state"], " ".join(options["text"]), who=WHO)

    def _list(self, options: dict[str, Any]) -> None:
        for banner in not_over(moments.now()):
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


def _check_choice(option: str, value: str, known: list[str]) -> None:
    if value not in known:
        raise CommandError(f"{option} is {value!r}; it must be one of {', '.join(known)}.")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _banner(option: str, value: str) -> Banner:
    pk = _number(value)
    banner = None if pk is None else Banner.objects.filter(pk=pk).first()
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
