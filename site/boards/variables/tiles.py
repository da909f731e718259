"""The tiles of a board for the values that are chosen: one for each panel, of one that repeats one for each value."""

from collections.abc import Iterable, Sequence
from copy import copy
from hashlib import blake2b
from typing import NamedTuple

from django.utils.translation import gettext as _

from boards.models import Board, Panel
from boards.variables.choices import choices, unknown_values
from boards.variables.declared import variables_of
from boards.variables.values import chosen_values, with_values

# Of one panel: more than that nobody watches, and each is drawn by itself.
MAX_REPEATS = 50


class Tile(NamedTuple):
    """A panel, and the values for which it is drawn. ``tile`` tells those apart that repeat it; ``more``: behind it so
    many others are left out."""

    panel: Panel
    values: str
    tile: str = ""
    more: int = 0


class Tiles(NamedTuple):
    """``unknown``: in words, the values that are not there. If none of a variable is, there are no tiles."""

    tiles: Sequence[Tile]
    unknown: str = ""


def tile_key(value: str) -> str:
    """What tells the tile of a value from the others of its panel: short, for values may be long."""
    return blake2b(value.encode(), digest_size=6).hexdigest()


def tiles_of(board: Board, values: str, max_repeats: int = MAX_REPEATS) -> Tiles:
    """What a board shows for these values, with so many tiles of one panel at most."""
    known, chosen = choices(board), chosen_values(values, variables_of(board.variables))
    unknown = unknown_values(chosen, known)
    words = unknown_in_words(unknown)
    if any({(name, value) for value in some} <= set(unknown) for name, some in chosen.items() if some):
        return Tiles([], words)
    tiles = []
    for panel in board.panels.all():
        repeated = [value for value in known.get(panel.repeat, ()) if value in (chosen[panel.repeat] or (value,))]
        if not repeated:
            tiles.append(Tile(panel, values))
            continue
        shown = repeated[:max_repeats]
        tiles += [Tile(panel, with_values(values, panel.repeat, [value]), tile_key(value)) for value in shown]
        tiles[-1] = tiles[-1]._replace(more=len(repeated) - len(shown))
    return Tiles(tiles, words)


def unknown_in_words(unknown: Iterable[tuple[str, str]]) -> str:
    """That these values of variables are not there."""
    words = _("There is no %(name)s %(value)s.")
    return " ".join(words % {"name": name, "value": value} for name, value in unknown)


def unknown_words(board: Board, values: str) -> str:
    """Which of the values that are chosen are not there, in words."""
    chosen = chosen_values(values, variables_of(board.variables))
    return unknown_in_words(unknown_values(chosen, choices(board))) if any(chosen.values()) else ""


def all_tiles(panels: Iterable[Panel]) -> list[tuple[int, str]]:
    """The keys of all tiles of those panels that repeat, whatever is chosen."""
    known: dict[int, dict[str, list[str]]] = {}
    tiles = []
    for panel in panels:
        if panel.repeat:
            if panel.board_id not in known:
                known[panel.board_id] = choices(panel.board)
            tiles += [(panel.pk, tile_key(value)) for value in known[panel.board_id].get(panel.repeat, ())]
    return tiles


def titled(panel: Panel, values: str) -> Panel:
    """The panel with the value that it is repeated for in its title: in front, where it is seen in a narrow tile."""
    chosen = chosen_values(values, variables_of(panel.board.variables)).get(panel.repeat, ())
    if len(chosen) == 1:
        panel = copy(panel)
        panel.title = f"{chosen[0]} · {panel.title}"
    return panel
