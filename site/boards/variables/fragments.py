"""The fragments above a board in which the values of its variables are chosen: links, as there are for ranges."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from boards.models import Board
from boards.permissions import may_see_board
from boards.ranges import View
from boards.variables.choices import choices
from boards.variables.declared import ALL, variables_of
from boards.variables.values import chosen_values, with_values
from live import fragment
from live.page.access import User

# That are offered; others can be written into the address.
MAX_OFFERED = 500


class Offer(NamedTuple):
    """A value: ``query`` chooses it alone, ``other_query`` beside the others, or the others without it. The second is
    empty where there are none."""

    words: str
    query: str
    is_chosen: bool
    other_query: str = ""


@fragment("boards/variables.html#picker")
def picker(pk: int, variable: str, range: str = "", at: str = "", tz: str = "", values: str = "") -> dict[str, Any]:
    """The values of a variable. ``View`` says what the options are, and the page that is chosen has them, too."""
    board, view = Board.objects.get(pk=pk), View(range, at, tz, values)
    variables = {one.name: one for one in variables_of(board.variables)}
    if variable not in variables:
        return {"offers": [], "more": 0}
    known, chosen = choices(board)[variable], chosen_values(values, variables.values())[variable]

    def query(some: Sequence[str]) -> str:
        return view._replace(values=with_values(values, variable, some)).query

    offers = [Offer(_("All"), query([ALL] if variables[variable].default else []), not chosen)]
    # What is chosen stands there, whether there is such a value or not.
    for value in [*(value for value in chosen if value not in known), *known[:MAX_OFFERED]]:
        others = [one for one in chosen if one != value]
        other = query(others if value in chosen else [*others, value]) if others else ""
        offers.append(Offer(value, query([value]), value in chosen, other))
    return {"offers": offers, "more": max(0, len(known) - MAX_OFFERED)}


@picker.visible_to
def may_see_picker(user: User, pk: int, **view: str) -> bool:
    """Whoever sees the board."""
    return may_see_board(user, pk)
