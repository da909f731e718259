"""What is wrong with a document: all of it at once, with the path to it."""

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import NamedTuple

from django.utils.translation import gettext as _

# Names of keys, and numbers of items from 0.
Path = tuple[str | int, ...]
# No database takes them, and no page shows them.
IN_NO_TEXT, REPLACEMENT = re.compile("[\0\ud800-\udfff]"), "\ufffd"
# Of a value that is quoted in a message.
MAX_QUOTED = 40


class Problem(NamedTuple):
    """``path``: to the value that is wrong, or with ``of_key`` to the key."""

    path: Path
    message: str
    of_key: bool = False

    def __str__(self) -> str:
        return f"{path_text(self.path)}: {self.message}" if self.path else self.message


def path_text(path: Path) -> str:
    """A path as people write it: ``panels[2].kind``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part[:MAX_QUOTED]}" for part in path)
    return IN_NO_TEXT.sub(REPLACEMENT, text.removeprefix("."))


def quoted(value: object) -> str:
    """A value as a message has it."""
    text = value if isinstance(value, str) else repr(value)
    shown = text if len(text) <= MAX_QUOTED else text[: MAX_QUOTED - 1] + "…"
    return f"“{IN_NO_TEXT.sub(REPLACEMENT, shown)}”"


def instead(value: object, known: Collection[str]) -> str:
    """What was probably meant, or else all that is allowed, as the end of a message."""
    if matches := get_close_matches(str(value)[:MAX_QUOTED], known, n=1):
        return _("did you mean “%s”?") % matches[0]
    return _("allowed: %s.") % listed(known)


def listed(known: Iterable[str]) -> str:
    """Some names in a message."""
    return ", ".join(known)
