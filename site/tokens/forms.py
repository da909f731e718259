"""The form of *Tokens*, in which somebody makes one that acts as themselves."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from tokens.models import Token
from tokens.scopes import Scope, declared, validate

ALL_NAMES = "*"


class NewTokenForm(forms.Form):
    """A name, and scopes to tick: those that permit what the user may, and the others for whoever makes tokens."""

    name = forms.CharField(
        label=_("Name"),
        max_length=Token._meta.get_field("name").max_length,
        help_text=_("Who sends with it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.user = user
        scopes, may_make_all = declared(), user.has_perm("tokens.add_token")
        # One with names is enough: * is all.
        offered = [one for word, one in scopes.items() if f"{word}:" not in scopes]
        self.scopes = [one for one in offered if may_make_all or one.is_limited_by_user]
        for scope in self.scopes:
            word = scope.word.removesuffix(":")
            label = format_html("<b>{}</b> {}", word, scope.description)
            self.fields[scope.word] = forms.BooleanField(label=label, required=False)
            if scope.has_name:
                self.fields[_names(scope)] = forms.CharField(
                    label=_("Names for %s") % word,
                    required=False,
                    initial=ALL_NAMES,
                    max_length=255,
                )

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField | None]]:
        """Each scope, and the names that it needs."""
        return [(self[one.word], self[_names(one)] if one.has_name else None) for one in self.scopes]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = [scope for scope in self.scopes if cleaned.get(scope.word)]
        cleaned["scopes"] = []
        for scope in chosen:
            names = (cleaned.get(_names(scope)) or ALL_NAMES).split() if scope.has_name else [""]
            some = [scope.word + name for name in names]
            try:
                validate(some)
            except forms.ValidationError as error:
                self.add_error(_names(scope), error)
            cleaned["scopes"] += some
        if not chosen:
            self.add_error(None, _("Tick what the token may do."))
        return cleaned

    def save(self) -> str:
        """Make the token, and return its secret."""
        return Token.objects.issue(self.cleaned_data["name"], *self.cleaned_data["scopes"], user=self.user)[1]


def _names(scope: Scope) -> str:
    return f"{scope.word}names"
