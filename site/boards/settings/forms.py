"""The forms of a board's columns: of one that is new, and of one that is there."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import groups
from boards.models import Board, EditBy, ViewBy
from boards.permissions import Rule, may_edit_by, may_own
from live.page.access import User

# Beside a choice, in one line.
EXPLANATIONS = {
    ("view_by", ViewBy.PUBLIC): gettext_lazy("Whoever knows the address, signed in or not."),
    ("view_by", ViewBy.SIGNED_IN): gettext_lazy("Whoever has an account here."),
    ("view_by", ViewBy.GROUPS): gettext_lazy("Those who are in one of the groups below."),
    ("view_by", ViewBy.OWNER): gettext_lazy("Nobody else but staff."),
    ("edit_by", EditBy.EDITORS): gettext_lazy("Whoever has the role editor and may see the board."),
    ("edit_by", EditBy.GROUPS): gettext_lazy("Editors who are in one of the groups below. They may see it, too."),
    ("edit_by", EditBy.OWNER): gettext_lazy("No other editor."),
}


class BoardForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the forms have in common: choices of who may, each with its groups. ``who_may`` is a list of them: the
    choice, its options with their explanations, and the field of its groups."""

    pairs: ClassVar = {"view_by": "view_groups"}

    class Meta:
        model = Board
        fields: tuple[str, ...] = ("title", "view_by", "view_groups")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for choice, names in self.pairs.items():
            offered = self._offered(names)
            field = forms.ModelMultipleChoiceField(
                offered, required=False, label=_("Groups"), widget=forms.CheckboxSelectMultiple
            )
            self.fields[names] = field
            options = self._meta.model._meta.get_field(choice).choices or []
            if not offered:
                # Without a group there is nothing to choose.
                options = [option for option in options if option[0] != ViewBy.GROUPS]
            self.fields[choice] = forms.ChoiceField(
                choices=options,
                label=self.fields[choice].label,
                initial=self.fields[choice].initial,
                help_text=self.fields[choice].help_text,
                widget=forms.RadioSelect,
            )

    def _offered(self, names: str) -> QuerySet[Group]:
        """The groups that people made, and those that are chosen, whatever they are."""
        chosen = getattr(self.instance, names).values("pk") if self.instance.pk else ()
        return groups() | Group.objects.filter(pk__in=chosen).order_by("name")

    @property
    def who_may(self) -> Iterator[dict[str, Any]]:
        for choice, names in self.pairs.items():
            options = [(option, EXPLANATIONS[choice, option.data["value"]]) for option in self[choice]]
            yield {"field": self[choice], "options": options, "groups": self[names]}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for choice, names in self.pairs.items():
            if data.get(choice) == ViewBy.GROUPS and not data.get(names):
                self.add_error(choice, _("Choose at least one group."))
        return data


class NewBoardForm(BoardForm):
    """A title is all that a board needs; the rest is set later."""

    class Meta(BoardForm.Meta):
        widgets: ClassVar = {"title": forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"})}


class SettingsForm(BoardForm):
    """The columns of a board that is there. ``user`` cannot shut themselves out of it; its owner is set by those who
    may give it away."""

    pairs: ClassVar = {"view_by": "view_groups", "edit_by": "edit_groups"}

    owner = forms.CharField(
        label=gettext_lazy("Owner"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("The name with which somebody signs in. May always see the board."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    class Meta(BoardForm.Meta):
        fields = (
            *("title", "slug", "note", "range", "time_zone", "show_activity"),
            *("view_by", "view_groups", "edit_by", "edit_groups"),
        )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.owner_before = self.instance.owner
        self.initial["owner"] = self.owner_before.get_username() if self.owner_before else ""
        if not may_own(user, self.instance.pk):
            del self.fields["owner"]

    def clean_owner(self) -> Any:
        name = self.cleaned_data["owner"].strip()
        if not name or name == self.initial["owner"]:
            return self.owner_before if name else None
        users = get_user_model()
        owner = users._default_manager.filter(**{users.USERNAME_FIELD: name, "is_active": True}).first()
        if owner is None:
            raise forms.ValidationError(_("There is nobody called “%(name)s”.") % {"name": name})
        return owner

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        owner = data.get("owner", self.owner_before)
        pks = {names: frozenset(group.pk for group in data[names]) for names in self.pairs.values()}
        rule = Rule(data["view_by"], data["edit_by"], owner and owner.pk, pks["view_groups"], pks["edit_groups"])
        for choice in self.pairs:
            if data[choice] == ViewBy.OWNER and owner is None:
                self.add_error(choice, _("It has no owner."))
        if not may_edit_by(self.user, rule):
            self.add_error(None, _("With these settings you could not edit the board any more, so nothing is saved."))
        return data

    def save(self, commit: bool = True) -> Board:
        self.instance.owner = self.cleaned_data.get("owner", self.owner_before)
        board: Board = super().save(commit)
        return board
