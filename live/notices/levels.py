"""Levels of notices are those of ``django.contrib.messages``, custom ones of ``MESSAGE_TAGS`` included."""

from django.contrib.messages import constants, utils
from django.utils.translation import gettext_lazy as _

# What people read, by Django's own tags.
LABELS = {
    "debug": _("Debug"),
    "info": _("Information"),
    "success": _("Success"),
    "warning": _("Warning"),
    "error": _("Error"),
}


def level_number(level: str | int) -> int:
    """The number of a level, which may be a name, a tag or a number; ``ValueError`` says which there are."""
    if isinstance(level, int) and not isinstance(level, bool) and 0 < level < 32768:
        return level
    # Debug is 10, info 20, success 25, warning 30, error 40.
    numbers = {name.lower(): number for name, number in constants.DEFAULT_LEVELS.items()}
    numbers |= {name: number for number, name in utils.get_level_tags().items() if name}
    if level in numbers:
        return numbers[level]
    known = ", ".join(sorted(numbers, key=lambda name: (numbers[name], name)))
    raise ValueError(f"{level!r} is no level; there are: {known}, and numbers from 1 to 32767")


def tag(level: int) -> str:
    """The level's CSS class, as messages have it: empty for a number that has no tag."""
    return str(utils.get_level_tags().get(level, ""))


def urgent(level: int) -> bool:
    """Whether it interrupts, and stays until it is dismissed: errors, and what is more severe."""
    return level >= constants.ERROR
