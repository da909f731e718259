"""The buttons on a panel that is edited, and the keys that do the same."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from boards.options import Words


class Tool(NamedTuple):
    """A button: the verb that ``actions.act`` takes, what it is called, and its icon as a path of 16 by 16."""

    verb: str
    label: Words
    path: str


TOOLS = [
    Tool("earlier", _("Move earlier"), "M13 8H3M7 4 3 8l4 4"),
    Tool("later", _("Move later"), "M3 8h10M9 4l4 4-4 4"),
    Tool("narrower", _("Narrower"), "M1.5 8h4M3.5 5.5 6 8l-2.5 2.5M14.5 8h-4M12.5 5.5 10 8l2.5 2.5"),
    Tool("wider", _("Wider"), "M6.5 8h-5M4 5.5 1.5 8 4 10.5M9.5 8h5M12 5.5 14.5 8 12 10.5"),
    Tool("lower", _("Lower"), "M8 1.5v4M5.5 3.5 8 6l2.5-2.5M8 14.5v-4M5.5 12.5 8 10l2.5 2.5"),
    Tool("taller", _("Taller"), "M8 6.5v-5M5.5 4 8 1.5 10.5 4M8 9.5v5M5.5 12 8 14.5l2.5-2.5"),
    Tool("duplicate", _("Duplicate"), "M5.5 5.5h8v8h-8zM10.5 2.5h-8v8"),
    Tool("delete", _("Delete"), "M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.5 9h6l.5-9"),
]
# What the script of the page does, for its help.
KEYS = [
    ("← →", _("Move the panel that has the focus earlier or later")),
    (_("Shift ← →"), _("Make it narrower or wider")),
    (_("Shift ↑ ↓"), _("Make it lower or taller")),
    (_("Enter"), _("Open its form")),
    ("D", _("Duplicate it")),
    (_("Delete"), _("Delete it")),
    (_("Ctrl Z"), _("Undo your last change")),
    (_("Handle"), _("Drag it to move the panel, its lower corner to resize it; Escape leaves it as it was")),
]
