"""Forms about people."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import roles
from accounts.models import Invitation
from accounts.roles import Role


class _GroupsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """The groups that people made, as boxes to tick."""

    def __init__(self) -> None:
        label, widget = gettext_lazy("Groups"), forms.CheckboxSelectMultiple
        super().__init__(queryset=roles.groups(), required=False, label=label, widget=widget)


class InvitationForm(forms.ModelForm):  # type: ignore[type-arg]
    """Whom, and what they may do."""

    groups = _GroupsField()

    class Meta:
        model = Invitation
        fields = ["whom", "role", "groups"]
        help_texts = {"whom": gettext_lazy("So that you know it again. Nobody else sees it.")}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        groups = roles.editing_groups().filter(pk__in=data.get("groups") or ())
        if data.get("role") == Role.VIEWER and groups:
            words = _("Who is in this group may change boards, and is no viewer: %(groups)s.")
            self.add_error("groups", words % {"groups": ", ".join(groups.values_list("name", flat=True))})
        return data


class PersonForm(forms.Form):
    """What somebody may do. ``save`` raises ``ValidationError``, and changes nothing, where that cannot be."""

    role = forms.ChoiceField(choices=Role.choices, label=gettext_lazy("Role"))
    groups = _GroupsField()

    def __init__(self, user: User, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"role": roles.role_of(user), "groups": roles.groups().filter(user=user)})
        self.user = user

    @transaction.atomic
    def save(self) -> None:
        own = Group.objects.filter(user=self.user, name__startswith=roles.PREFIX)
        self.user.groups.set([*own, *self.cleaned_data["groups"]])
        role = Role(self.cleaned_data["role"])
        # Whoever is staff by the admin, and has no role that says so, stays it until their role is changed.
        if role != self.initial["role"] or role != roles.role_of(self.user):
            roles.set_role(self.user, role)


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]
    """A group's name."""

    class Meta:
        model = Group
        fields = ["name"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name.startswith(roles.PREFIX):
            raise ValidationError(_("Names that begin with “%s” are for roles.") % roles.PREFIX, code="role")
        return name


class OwnPasswordForm(PasswordChangeForm):
    """Django's, whose old password somebody at another person's browser cannot guess at."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        password: str = self.cleaned_data["old_password"]
        if authenticate(self.request, username=self.user.get_username(), password=password) != self.user:
            raise ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return password
