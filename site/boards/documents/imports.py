"""Import a file: what it would change is shown first, and what was changed in the browser since the last import is not
overwritten unless that is asked for.

A board keeps the digest of what it was when it was imported: if it is something else now, it was edited.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from difflib import unified_diff
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from boards.documents import yaml_text
from boards.documents.apply import Applied, apply
from boards.documents.canonical import Document, canonical
from boards.documents.check import MAX_PROBLEMS, boards_in, check
from boards.documents.export import document_of
from boards.documents.problems import Path, Problem
from boards.documents.yaml_text import Located, NotYAML, Text
from boards.models import Board
from live.page.access import User

# Of a unified diff: two names, and then lines that begin with these.
HEAD_LINES, MARKS = 2, {"+": "more", "-": "less", "@": "head"}


class Rejected(ValueError):
    """A file cannot be imported; ``located`` says all that is wrong, from its beginning to its end."""

    def __init__(self, located: Sequence[Located]) -> None:
        super().__init__("\n".join(map(str, located)))
        self.located = sorted(located, key=lambda one: one.mark)


class Difference(NamedTuple):
    """What importing a board would change. ``before`` is None if it is not there; ``path`` is that in the file."""

    path: Path
    board: Board | None
    before: Document | None
    after: Document

    @property
    def address(self) -> str:
        return str(self.after["address"])

    @property
    def has_changed(self) -> bool:
        return self.before != self.after

    @property
    def overwrites(self) -> str:
        """Whose work would be lost, in words; empty if nobody's."""
        if self.board is None or self.before is None or not self.has_changed:
            return ""
        if not self.board.imported_digest:
            return _("%s was not made by an import.") % self.address
        return _("%s was edited since it was imported.") % self.address if was_edited(self.board, self.before) else ""

    @property
    def outcome(self) -> str:
        """What becomes of the board, in words."""
        if self.before is None:
            return _("%s is new.") % self.address
        return (_("%s changes.") if self.has_changed else _("%s stays as it is.")) % self.address

    @property
    def diff(self) -> list[str]:
        """The lines of a unified diff of the board as it is and as it would be."""
        old, new = (yaml_text.write(one).splitlines() if one else [] for one in (self.before, self.after))
        names = _("%s as it is") % self.address, _("%s in the file") % self.address
        return list(unified_diff(old, new, *names, lineterm=""))

    @property
    def marked_diff(self) -> list[tuple[str, str]]:
        """Its lines, with what a line is: of the head, more, less, or nothing."""
        return [
            ("head" if index < HEAD_LINES else MARKS.get(line[0], ""), line) for index, line in enumerate(self.diff)
        ]


class NotOverwritten(Exception):
    """Nothing was imported, for somebody's work would be lost; ``differences`` say whose."""

    def __init__(self, differences: Sequence[Difference]) -> None:
        super().__init__(" ".join(one.overwrites for one in differences if one.overwrites))
        self.differences = differences


# What somebody may not import, of the differences.
Permit = Callable[[Sequence[Difference]], Sequence[Problem]]


def differences_of(text: str, permit: Permit | None = None) -> list[Difference]:
    """What importing this file would change. Raises ``Rejected``."""
    read = _read(text)
    differences = [_difference(path, canonical(board)) for path, board in boards_in(read.data)]
    if permit and (problems := permit(differences)):
        raise Rejected([read.located(problem) for problem in problems])
    return differences


@transaction.atomic
def import_text(text: str, user: User, *, overwrite: bool = False, permit: Permit | None = None) -> list[Difference]:
    """Import a file, all of it or nothing; what it has changed. Raises ``Rejected`` and ``NotOverwritten``."""
    read = _read(text)
    addresses = [board["address"] for _path, board in boards_in(read.data)]
    # Until the end of this nobody else edits them.
    list(Board.objects.select_for_update().filter(slug__in=addresses).order_by("pk"))
    differences = differences_of(text, permit)
    if not overwrite and any(one.overwrites for one in differences):
        raise NotOverwritten(differences)
    for applied in _applied(read, user, differences):
        # Also of what stays as it is: from now on it is as in a file.
        digest = digest_of(applied.after)
        if applied.board.imported_digest != digest:
            applied.board.imported_digest = digest
            applied.board.save(update_fields=["imported_digest"])
    return differences


def _applied(read: Text, user: User, differences: Sequence[Difference]) -> list[Applied]:
    """Apply it, if the boards are still what they were: one that was not there could not be locked, and nobody has
    asked who may edit it."""
    try:
        applied = apply(read.data, user)
    except IntegrityError:
        applied = []
    if [one.before for one in applied] != [one.before for one in differences]:
        words = _("Somebody else has made a board of this address at the same moment; import it again.")
        new = [one for one in differences if one.before is None]
        raise Rejected([read.located(Problem((*one.path, "address"), words)) for one in new])
    return applied


def was_edited(board: Board, document: Document | None = None) -> bool:
    """Whether a board was imported, and is something else by now."""
    stored = board.imported_digest
    return bool(stored) and stored != digest_of(document_of(board) if document is None else document)


def digest_of(document: Document) -> str:
    """A digest of a canonical document."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def _read(text: str) -> Text:
    try:
        read = Text(text)
    except NotYAML as error:
        raise Rejected([error.located]) from error
    located = [*read.problems[:MAX_PROBLEMS], *map(read.located, check(read.data))]
    if located:
        raise Rejected(located)
    return read


def _difference(path: Path, wanted: Mapping[str, Any]) -> Difference:
    board = Board.objects.filter(slug=wanted["address"]).first()
    return Difference(path, board, document_of(board) if board else None, dict(wanted))
