"""Saving the form of a panel: what its editor has changed since it was loaded, and nothing else."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from boards.editing.form.first_series import fill_in
from boards.editing.form.line_form import LINE
from boards.editing.form.side_form import MAX_LINES_SHOWN, SideForm
from boards.editing.form.snapshots import LINE_COLUMNS, PANEL_COLUMNS, edited, sent, write
from boards.editing.history import recording, snapshot
from boards.editing.merge import LINES, Conflict, fields_of, merge, snapshot_of
from boards.editing.words import label_of, who, words_of
from boards.models import Board, Panel, Revision
from live.page.access import User

# Hidden in the form: what it was loaded with; and the values of others that a conflict has shown.
BASE, SEEN = "base", "seen"
# Sent by a field that was left, and not by a button.
AUTO = "auto"


@dataclass
class Saved:
    """What became of a form: ``status`` is 200 if it is saved, 422 if something in it is wrong, 409 if somebody else
    has changed the same. ``form`` is what its editor should see now."""

    status: int
    form: SideForm
    posted: SideForm
    base: str
    conflicts: list[Conflict] = field(default_factory=list)

    def differs(self, fields: Iterable[BoundField]) -> bool:
        """Whether one of these fields has to be shown anew: it is not as it was sent."""
        return self.form is not self.posted and any(_differ(one, self.posted) for one in fields)

    def context(self) -> dict[str, Any]:
        """What the template says of it."""
        context: dict[str, Any] = {"base": self.base, "status": "saved", "message": _("Saved · everybody sees it")}
        if self.status == 422:
            wrong = [one.label for one in (*self.form.of_panel(), *self.form.of_lines()) if one.errors]
            words = _("Not saved. Please check: %s") % ", ".join(dict.fromkeys(map(str, wrong)))
            context |= {
                "status": "error",
                "message": words if wrong else " ".join(map(str, self.form.non_field_errors())),
            }
        if self.conflicts:
            kind = self.form.kind_name
            last = Revision.objects.filter(panel_pk=self.form.instance.pk).select_related("by").last()
            context |= {
                "who": who(last),
                "seen": json.dumps({one.field: one.theirs for one in self.conflicts}),
                "conflicts": [
                    {
                        "field": one.field,
                        "label": label_of(one.field, kind),
                        "mine": words_of(one.field, one.mine, kind),
                        "theirs": words_of(one.field, one.theirs, kind),
                    }
                    for one in self.conflicts
                ],
            }
        return context


def _differ(shown: BoundField, posted: SideForm) -> bool:
    data = shown.field.widget.value_from_datadict(posted.data, posted.files, shown.html_name)
    return _text(shown.value()) != _text(data)


def _text(value: Any) -> str:
    # Lines end with CR and LF where a browser sends them.
    return "" if value is None or value is False else str(value).replace("\r\n", "\n").strip()


def form_of(panel: Panel, data: QueryDict | None = None) -> SideForm:
    """The form of a panel as it is stored, or of what a browser has sent. Lines that are too many for a form are left
    as they are, and so are those that were too many when it was loaded."""
    lines = list(panel.lines.select_related("series__latest"))
    leaves = len(lines) > MAX_LINES_SHOWN if data is None else _leaves_lines(data)
    return SideForm(panel, None if leaves else lines, data)


def _leaves_lines(data: QueryDict) -> bool:
    try:
        return _snapshot(_json(data.get(BASE, "")))[LINES] is None
    except ValueError:
        return False


def base_of(panel: Panel) -> str:
    """What a form is loaded with, as it sends it again; empty if the panel is gone."""
    stored = snapshot(panel.pk)
    if stored is None:
        return ""
    base = edited(stored)
    return json.dumps(base | {LINES: None} if len(base[LINES]) > MAX_LINES_SHOWN else base)


def with_action(posted: QueryDict) -> QueryDict:
    """A form's data with what its button does to the lines: add one, remove one, move one up. With the first one comes
    what is guessed of it."""
    data = posted.copy()
    names = data.getlist(LINE)
    action, _space, name = data.get("do", "").partition(" ")
    added = data.get("pick", "")
    if not added and action == "save" and AUTO not in data:
        added = data.get("search", "").strip()
    if action == "remove" and name in names:
        names.remove(name)
    elif action == "up" and name in names[1:]:
        index = names.index(name)
        names[index - 1 : index + 1] = [name, names[index - 1]]
    elif added:
        names.append(f"new-{secrets.token_hex(4)}")
        data[f"{LINE}-{names[-1]}-selector"] = added
        data["search"] = ""
        if len(names) == 1:
            fill_in(data, added)
    data.setlist(LINE, names)
    return data


def save(user: User, board: Board, pk: int, data: QueryDict) -> Saved:
    """Save a form, in one transaction. Raises ``Panel.DoesNotExist``, and ``ValueError`` for what is none."""
    loaded = str(data.get(BASE, ""))
    base, seen = _snapshot(_json(loaded)), _json(data.get(SEEN, "{}"))
    if not isinstance(seen, dict):
        raise ValueError(seen)
    with recording(user, board.pk):
        panel = Panel.objects.select_related("board").get(pk=pk, board=board)
        stored = snapshot(pk)
        if stored is None:
            raise Panel.DoesNotExist
        theirs = edited(stored)
        form = form_of(panel, data)
        if not form.is_valid():
            return Saved(422, form, form, loaded)
        mine = sent(panel, form.rows, theirs)
        if form.leaves_lines:
            base[LINES] = theirs[LINES]
        base = _with(base, {name: seen.get(name) for name in data.getlist("keep")})
        # What is taken is what is stored, if that is still what was seen: no value comes from the browser unchecked.
        current = fields_of(theirs)
        taken = {name for name in data.getlist("take") if name in seen and seen[name] == current.get(name)}
        mine = _with(mine, {name: current.get(name) for name in taken})
        wanted, conflicts = merge(base, mine, theirs)
        if conflicts:
            return Saved(409, form, form, loaded, conflicts)
        if wanted != theirs:
            fresh = Panel.objects.select_related("board").get(pk=pk)
            try:
                _check(fresh, wanted)
            except ValidationError as error:
                form.add_error(None, error)
                return Saved(422, form, form, loaded)
            write(fresh, wanted)
    panel = Panel.objects.select_related("board").get(pk=pk)
    return Saved(200, form_of(panel), form, base_of(panel))


def is_edited(form: SideForm, data: QueryDict) -> bool:
    """Whether a valid form says something else than what it was loaded with."""
    try:
        base = _snapshot(_json(data.get(BASE, "")))
    except ValueError:
        return True
    return sent(form.instance, form.rows, base) != base


def _check(panel: Panel, wanted: dict[str, Any]) -> None:
    """Two changes that are right by themselves may not go together."""
    for name in (*PANEL_COLUMNS, "options"):
        setattr(panel, name, wanted[name])
    panel.full_clean()


def _with(some: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    fields = {**fields_of(some), **values}
    # What is not set is not there.
    return snapshot_of({name: value for name, value in fields.items() if value is not None or name not in values})


def _json(text: object) -> Any:
    """Raises ``ValueError`` for what is none, and for what is nested without end."""
    try:
        return json.loads(str(text))
    except RecursionError as error:
        raise ValueError(str(error)) from None


def _snapshot(data: Any) -> dict[str, Any]:
    """What a form was loaded with. Raises ``ValueError`` for what no form was loaded with."""
    if (
        not isinstance(data, dict)
        or data.keys() != {*PANEL_COLUMNS, "options", LINES}
        or not isinstance(data["options"], dict)
    ):
        raise ValueError(data)
    lines = data[LINES]
    if lines is None:  # of a form that leaves them
        return data
    if not isinstance(lines, list) or not all(isinstance(one, dict) and one.keys() == {*LINE_COLUMNS} for one in lines):
        raise ValueError(data)
    return data
