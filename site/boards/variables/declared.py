"""The variables that a board declares: ``[{"name": "host", "default": "web-1"}]``, in order.

A variable has the name of a tag. ``latency{host=$host}`` in the query of a panel means the series of those values that
are chosen in the page's address: ``?host=web-1``. ``default`` is what is chosen where the address says nothing; without
one that is all of them. Pure.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from series.samples import MAX_LABEL_LENGTH, UNPRINTABLE
from series.selectors import VARIABLE_NAME

MAX_VARIABLES, MAX_NAME_LENGTH = 8, 60
# In an address: all values of a variable, where it has a default.
ALL = "*"
# Parameters that addresses of pages have themselves, or may get.
RESERVED = frozenset(
    (
        "as at display embed from height key language next page pk q range rotate theme to token tz values wall width"
    ).split()
)


class Variable(NamedTuple):
    """``default``: the value that is chosen at first; empty for all."""

    name: str
    default: str = ""


def variables_of(stored: object) -> list[Variable]:
    """What a board declares, as it is stored; what a program has stored and is none is left out."""
    variables: dict[str, Variable] = {}
    for one in stored if isinstance(stored, list) else []:
        try:
            variable = _variable(one)
        except ValidationError:
            continue
        variables.setdefault(variable.name, variable)
    return list(variables.values())[:MAX_VARIABLES]


def check_variables(stored: object) -> None:
    """Raise ``ValidationError`` unless this is a list of variables that a board can declare."""
    if not isinstance(stored, list):
        raise ValidationError(_("The variables must be a list."))
    if len(stored) > MAX_VARIABLES:
        raise ValidationError(_("A board has at most %(most)d variables.") % {"most": MAX_VARIABLES})
    names = [_variable(one).name for one in stored]
    for name in names:
        if names.count(name) > 1:
            raise ValidationError(_("The variable “%(name)s” is there twice.") % {"name": name})


def _variable(stored: object) -> Variable:
    if not isinstance(stored, Mapping) or not {"name"} <= stored.keys() <= {"name", "default"}:
        raise ValidationError(_("A variable is an object with a name, and perhaps a default."))
    name, default = stored["name"], stored.get("default", "")
    if not isinstance(name, str) or len(name) > MAX_NAME_LENGTH or not re.fullmatch(VARIABLE_NAME, name):
        words = _("“%(name)s” cannot be a variable: it is the name of a tag, of letters, digits and _ . - only.")
        raise ValidationError(words % {"name": str(name)[:MAX_NAME_LENGTH]})
    if name.lower() in RESERVED:
        words = _("“%(name)s” cannot be a variable: addresses of boards have a parameter of that name.")
        raise ValidationError(words % {"name": name})
    if not isinstance(default, str) or len(default) > MAX_LABEL_LENGTH or UNPRINTABLE.search(default):
        raise ValidationError(_("The default of “%(name)s” cannot be the value of a tag.") % {"name": name})
    return Variable(name, "" if default == ALL else default)
