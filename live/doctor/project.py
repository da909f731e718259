"""What the settings say, and the machine: system checks, the secret, the clock, open files."""

import time
from collections.abc import Iterator

from django.conf import settings
from django.core.checks import ERROR, run_checks

from live.doctor.findings import Finding, Outcome, ok, warning, wrong

# As Django's own check --deploy has it.
MIN_SECRET_CHARACTERS, MIN_DIFFERENT_CHARACTERS = 50, 5
MAKE_SECRET = "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
# An open page is one; a server also has its files, its database and requests under way.
RESERVED_FILES, MIN_FILES = 100, 4096
# The wall clock against one that does not jump, while the doctor runs.
MAX_JUMP_SECONDS = 0.5

_started = time.time(), time.monotonic()


def system_checks() -> Iterator[Finding]:
    """What ``manage.py check`` says of live."""
    messages = [message for message in run_checks() if (message.id or "").startswith("live")]
    for message in messages:
        outcome = Outcome.WRONG if message.level >= ERROR else Outcome.WARNING
        yield Finding(message.id or "check", outcome, message.msg, message.hint or "See manage.py check.")
    if not messages:
        yield ok("check", "manage.py check has nothing to say about live.")


def secret() -> Iterator[Finding]:
    """What signs sessions and pages."""
    key = settings.SECRET_KEY
    is_weak = len(key) < MIN_SECRET_CHARACTERS or len(set(key)) < MIN_DIFFERENT_CHARACTERS
    if is_weak or "insecure" in key.lower():
        state = "SECRET_KEY is one for development, or short: who guesses it signs in as anybody."
        yield (warning if settings.DEBUG else wrong)("secret", state, f"Make one with: {MAKE_SECRET}")
    else:
        yield ok("secret", f"SECRET_KEY has {len(key)} characters.")
    if settings.DEBUG:
        yield warning("debug", "DEBUG is on: errors show the settings to everybody.", "Turn it off where others look.")


def time_zone() -> Iterator[Finding]:
    """Whether moments are moments."""
    if settings.USE_TZ:
        yield ok("time zone", f"USE_TZ is on; TIME_ZONE is {settings.TIME_ZONE}.")
    else:
        state = "USE_TZ is off: an hour is missing and an hour is there twice a year."
        yield wrong("time zone", state, "Set USE_TZ = True.")


def open_files() -> Iterator[Finding]:
    """How many sockets a process may have."""
    try:
        import resource
    except ImportError:  # Windows
        yield ok("open files", "This system has no limit of open files that could be read.")
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= MIN_FILES:
        yield ok("open files", f"A process started from here may have {soft} open files, one for each page.")
    else:
        state = (
            f"A process started from here may have {soft} open files: enough for about {soft - RESERVED_FILES} pages."
        )
        advice = f"Set LimitNOFILE=65536 in its systemd unit, or ulimit -n (up to {hard}), and in the proxy the same."
        yield warning("open files", state, advice)


def clock() -> Iterator[Finding]:
    """Whether the wall clock has jumped while the doctor was running. To be run last."""
    jump = (time.time() - _started[0]) - (time.monotonic() - _started[1])
    if abs(jump) > MAX_JUMP_SECONDS:
        state = f"The clock of this machine was set by {jump:+.1f} s while this ran."
        yield warning("clock", state, "Have it slewed and not set: chrony, or systemd-timesyncd.")
    else:
        yield ok("clock", "The clock of this machine runs evenly.")
