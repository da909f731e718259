"""The form of one panel beside its board: what most people set of its kind, the rest folded, and its lines.

Its options are those that the kinds declare (``boards.options``), as in the admin.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from boards import kinds
from boards.editing.form.line_form import AUTO_ID, LINE, LineForm
from boards.editing.form.panel_form import PREFIX, PanelForm, options_of
from boards.editing.form.snapshots import PANEL_COLUMNS
from boards.models import Panel, PanelSeries
from boards.options import Option, Section

# The field with the kind whose options the browser shows.
SHOWN_KIND = "shown_kind"
# Of a new panel, and of one that a program has made: with more they are not shown.
MAX_LINES, MAX_LINES_SHOWN = 50, 100


class SideForm(PanelForm):
    """A panel and its lines; with None for them the form leaves them as they are. ``data`` as a browser sends it; what
    it does not have of the panel stays."""

    class Meta:
        model = Panel
        fields = PANEL_COLUMNS

    def __init__(self, panel: Panel, lines: Iterable[PanelSeries] | None, data: QueryDict | None = None) -> None:
        self.stored_kind = panel.kind
        self.too_many: list[str] = []
        super().__init__(data, instance=panel, auto_id=AUTO_ID, label_suffix="")
        self.leaves_lines = lines is None
        names = list(dict.fromkeys([*panel.board.variable_names(), *filter(None, [self.initial["repeat"]])]))
        if names:
            choices = [("", _("no variable")), *((name, name) for name in names)]
            self.fields["repeat"] = forms.ChoiceField(label=_("Repeat over"), choices=choices, required=False)
        else:
            del self.fields["repeat"]
        by_name = {str(line.pk): line for line in lines or ()}
        if data is None or self.leaves_lines:
            self.lines = [LineForm(name, line) for name, line in by_name.items()]
        else:
            names = list(dict.fromkeys(data.getlist(LINE)))
            new = [name for name in names if name not in by_name]
            # Those that are stored stay, however many the admin or a program has made.
            self.too_many = new[max(MAX_LINES + len(new) - len(names), 0) :]
            shown = [name for name in names if name not in self.too_many]
            self.lines = [LineForm(name, by_name.get(name) or PanelSeries(panel=panel), data) for name in shown]
        for option in self.options:
            field = self.fields[PREFIX + option.name]
            if isinstance(field.initial, float) and field.initial.is_integer() and abs(field.initial) < 1e15:
                field.initial = int(field.initial)
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs |= {"rows": 8}
            elif isinstance(field.widget, forms.NumberInput):
                field.widget.attrs |= {"step": "any", "inputmode": "decimal"}
            if option.suggestions:
                field.widget.attrs |= {"list": f"panel_{option.name}_suggestions", "autocomplete": "off"}

    def shown(self, kind_name: str) -> list[Option[Any]]:
        """Those of the kind. Of another one than before what it would refuse is left out; *Undo* brings it back."""
        if kind_name == self.stored_kind:
            return super().shown(kind_name)
        own = options_of(kind_name)
        lasting = {name for kind in kinds.every() for name, option in kind.by_name.items() if option.describes_data}
        self.stored = {name: value for name, value in self.stored.items() if name in own or name in lasting}
        return list(own.values())

    def is_valid(self) -> bool:
        """Whether it can be saved: each line, too. All of them say what is wrong."""
        is_valid = super().is_valid()
        if self.too_many:
            self.add_error(
                None, _("A panel has at most %d lines. A selector is one, and shows many series.") % MAX_LINES
            )
        known: set[int] = set()
        for line in self.lines:
            is_valid = line.is_valid() and is_valid
            if line.is_valid() and line.instance.series_id in known:
                line.add_error("selector", _("The panel shows this series already."))
                is_valid = False
            known.add(line.instance.series_id)
        return is_valid and not self.errors

    @property
    def rows(self) -> list[PanelSeries] | None:
        """What the lines say, as it would be stored; None if the form leaves them."""
        return None if self.leaves_lines else [line.instance for line in self.lines]

    @property
    def kind_name(self) -> str:
        """The kind that is chosen."""
        return str(self["kind"].value())

    @property
    def has_series(self) -> bool:
        """Whether the kind shows any."""
        return self.kind_name not in kinds.registry or kinds.registry[self.kind_name].has_series

    def kinds(self) -> list[kinds.Kind]:
        """All kinds to choose from."""
        return kinds.every()

    def suggestions(self) -> Iterator[tuple[str, list[Any]]]:
        """Usual values of options, by their names, as they can be typed."""
        for option in self.options:
            if option.suggestions:
                yield option.name, [option.field.prepare_value(value) for value in option.suggestions]

    def common(self) -> list[BoundField]:
        """The options that most people set."""
        return [self[PREFIX + option.name] for option in self.options if option.is_common]

    def rest(self) -> list[BoundField]:
        """The other options, by section, and what a panel of every kind has."""
        rare = [option for section in Section for option in self.options if option.section == section]
        fields = [self[PREFIX + option.name] for option in rare if not option.is_common]
        own = ["editable", *(name for name in ("repeat",) if name in self.fields)]
        return [*fields, *([self[name] for name in own] if self.has_series else [])]

    def of_panel(self) -> Iterator[BoundField]:
        """All fields of the panel itself."""
        yield from self

    def of_lines(self) -> Iterator[BoundField]:
        """All fields of its lines."""
        for line in self.lines:
            yield from line
