"""Check a document: everything that is wrong with it, before anything of it is stored."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from boards.documents.check_panels import panel_problems
from boards.documents.columns import BOARD_PARTS, GROUPS, OWNER, VERSION, columns_of
from boards.documents.problems import Path, Problem, quoted
from boards.documents.shapes import (
    MAX_DEPTH,
    column_problems,
    is_too_deep,
    items,
    texts_refused,
    unknown_names,
    wrong_type,
)
from boards.models import Board
from boards.variables.declared import check_variables, variables_of

# More are not read by anybody.
MAX_PROBLEMS = 100


def check(document: object) -> list[Problem]:
    """What is wrong with a document of a board, or of several under ``boards``: the first hundred; empty if it can be
    applied."""
    return list(islice(_problems(document), MAX_PROBLEMS))


def _problems(document: object) -> Iterator[Problem]:
    if not isinstance(document, dict):
        yield Problem((), _("A document begins with “version: %d” and says what a board is.") % VERSION)
        return
    if is_too_deep(document):
        yield Problem((), _("There are more than %d lists and names in each other.") % MAX_DEPTH)
        return
    refused = list(texts_refused((), document))
    yield from refused
    if refused:
        # What else is wrong would quote them.
        return
    if "version" not in document:
        yield Problem((), _("“version: %d” is missing.") % VERSION)
    elif document["version"] != VERSION or isinstance(document["version"], bool):
        words = _("%(value)s is not a version; allowed: %(known)d.")
        yield Problem(("version",), words % {"value": quoted(document["version"]), "known": VERSION})
    yield from _boards(document) if "boards" in document else _board((), document)


def boards_in(document: Mapping[str, Any]) -> list[tuple[Path, Mapping[str, Any]]]:
    """The boards in a document that is right, with the path to each."""
    if "boards" not in document:
        return [((), document)]
    return [(("boards", index), board) for index, board in enumerate(document["boards"] or [])]


def _boards(document: Mapping[str, Any]) -> Iterator[Problem]:
    yield from unknown_names((), document, ("version", "boards"))
    addresses: set[object] = set()
    for path, board in items(("boards",), document["boards"]):
        yield from unknown_names(path, board, {*BOARD_PARTS, *columns_of(Board)} - {"version"})
        yield from _board(path, board, is_alone=False)
        address = board.get("address")
        if isinstance(address, str) and address in addresses:
            yield Problem((*path, "address"), _("%s is the address of another board of this file.") % quoted(address))
        addresses.add(str(address))


def _board(path: Path, board: Mapping[str, Any], is_alone: bool = True) -> Iterator[Problem]:
    if is_alone:
        yield from unknown_names(path, board, {*BOARD_PARTS, *columns_of(Board)})
    yield from column_problems(path, board, Board)
    yield from _people(path, board)
    yield from _variables((*path, "variables"), [] if board.get("variables") is None else board["variables"])
    variables = [one.name for one in variables_of(board.get("variables"))]
    keys: set[str] = set()
    for panel_path, panel in items((*path, "panels"), board.get("panels")):
        yield from panel_problems(panel_path, panel, variables)
        key = panel.get("key")
        if isinstance(key, str) and key in keys:
            yield Problem((*panel_path, "key"), _("%s is the key of another panel of this board.") % quoted(key))
        keys.add(str(key))


def _people(path: Path, board: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the owner and the groups: they must be there, for nothing else could stand for them."""
    owner = board.get(OWNER)
    if owner is not None and not isinstance(owner, str):
        yield wrong_type((*path, OWNER), owner, _("a text"))
    elif owner and user_named(owner) is None:
        words = _("There is no user %s here. Make the account first, or leave out the owner.")
        yield Problem((*path, OWNER), words % quoted(owner))
    for name in GROUPS:
        groups = board.get(name)
        if groups is not None and not isinstance(groups, list):
            yield wrong_type((*path, name), groups, _("a list of names"))
        for index, group in enumerate(groups if isinstance(groups, list) else []):
            if not isinstance(group, str):
                yield wrong_type((*path, name, index), group, _("a text"))
            elif not Group.objects.filter(name=group).exists():
                words = _("There is no group %s here. Make it first, or leave it out.")
                yield Problem((*path, name, index), words % quoted(group))


def user_named(name: str) -> Any:
    """The user of this name; None if there is none."""
    users = get_user_model()
    return users._default_manager.filter(**{users.USERNAME_FIELD: name}).first()


def _variables(path: Path, variables: object) -> Iterator[Problem]:
    wrong = False
    for index, item in enumerate(variables if isinstance(variables, list) else []):
        try:
            check_variables([item])
        except ValidationError as error:
            wrong = True
            yield Problem((*path, index), " ".join(error.messages))
    try:
        check_variables([] if wrong else variables)
    except ValidationError as error:
        yield Problem(path, " ".join(error.messages))
