"""``manage.py live_doctor``: what is wrong with this set-up, and what to change."""

import os
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from live.doctor import address, database, hints, http, project, redis, strangers, websocket
from live.doctor.address import Address
from live.doctor.findings import Finding, Outcome, run
from live.management.commands.serve import port_number


class Command(BaseCommand):
    help = (
        "Check the real set-up end to end, and say what to change. Run it where a server process runs, as its user and"
        " with its settings. Exit code 1 if something is wrong."
    )
    # They are among what is checked, and none of them is to keep the others from it.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", help="where people reach the site, through the proxy: https://board.example.com")
        # Be the second process of the round trip.
        parser.add_argument("--listen", help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["listen"]:
            hints.listen(options["listen"])
            return
        if options["url"]:
            target = address.parse(options["url"])
        else:
            target = address.local(_host(), port_number(os.environ.get("PORT") or "8000"))
        findings = [*self._report(_of_this_machine()), *self._report(_of_address(target))]
        findings += self._report(run([("clock", project.clock)]))
        count = {outcome: sum(finding.outcome is outcome for finding in findings) for outcome in Outcome}
        summary = f"{count[Outcome.WRONG]} wrong, {count[Outcome.WARNING]} warnings, {count[Outcome.OK]} ok."
        if count[Outcome.WRONG]:
            raise CommandError(summary)
        self.stdout.write(summary)

    def _report(self, findings: Iterable[Finding]) -> list[Finding]:
        """Print each as it comes."""
        styles = {Outcome.OK: self.style.SUCCESS, Outcome.WARNING: self.style.WARNING, Outcome.WRONG: self.style.ERROR}
        printed = []
        for finding in findings:
            outcome = styles[finding.outcome](f"{finding.outcome.value:<8}")
            self.stdout.write(f"{outcome} {finding.name}: {finding.state}")
            if finding.advice:
                self.stdout.write(f"{'':8} -> {finding.advice}")
            self.stdout.flush()
            printed.append(finding)
        return printed


def _host() -> str:
    """Where a server that listens everywhere is reached."""
    host = os.environ.get("HOST") or "127.0.0.1"
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _of_this_machine() -> Iterable[Finding]:
    return run(
        [
            ("check", project.system_checks),
            ("secret", project.secret),
            ("time zone", project.time_zone),
            ("database", database.answers),
            ("Redis", redis.limits),
            ("hints", hints.round_trip),
            ("open files", project.open_files),
        ]
    )


def _of_address(target: Address) -> Iterable[Finding]:
    server = [*run([("server", lambda: http.answers(target))])]
    yield from server
    if all(finding.outcome is Outcome.OK for finding in server):
        yield from run(
            [
                ("ready", lambda: http.ready(target)),
                ("same secret", lambda: http.secret_and_clock(target)),
                ("static files", lambda: http.static_files(target)),
                ("prefix", lambda: http.prefix(target)),
                ("root path", lambda: strangers.root_path(target)),
                ("request bodies", lambda: strangers.request_bodies(target)),
                ("socket", lambda: websocket.opens(target)),
                ("compression", lambda: websocket.compression(target)),
            ]
        )
