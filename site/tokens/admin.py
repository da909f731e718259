"""Tokens are issued here, and their secrets shown once."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import lazy

from tokens.models import Token
from tokens.scopes import overview

# On the message that carries a secret, so that whatever keeps messages can leave these out.
SECRET = "secret"


class LinesField(forms.Field):
    """A list of texts, one on each line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        return [line.strip() for line in (value or "").splitlines() if line.strip()]


class TokenForm(forms.ModelForm):  # type: ignore[type-arg]
    # Lazy: apps declare their scopes after the first one has imported this.
    scopes = LinesField(help_text=lazy(lambda: f"One on each line: {overview()}.", str)())


@admin.register(Token)
class TokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Issues tokens. A secret is shown once, in the message after it was made; its digest never is."""

    form = TokenForm
    search_fields = ["name", "user__username"]
    list_display = ["name", "user", "scopes", "active", "created", "last_used"]
    list_filter = ["active"]
    autocomplete_fields = ["user"]
    list_select_related = ["user"]
    fields = ["name", "user", "scopes", "active", "created", "last_used"]
    readonly_fields = ["created", "last_used"]
    actions = ["replace_secrets", "deactivate"]

    def save_model(self, request: HttpRequest, obj: Token, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            self._show(request, obj, obj.replace_secret())

    @admin.action(description="Replace the secret of selected tokens", permissions=["change"])
    def replace_secrets(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        """Give each of them a new secret; whoever sends with the old one is refused from now on."""
        for token in queryset:
            secret = token.replace_secret()
            self.log_change(request, token, "Replaced the secret.")
            self._show(request, token, secret)

    @admin.action(description="Deactivate selected tokens", permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        """Refuse whatever is sent with them."""
        tokens = list(queryset.filter(active=True))
        queryset.update(active=False)
        for token in tokens:
            self.log_change(request, token, "Deactivated.")
        self.message_user(request, f"Deactivated: {', '.join(map(str, tokens)) or 'none was active'}.")

    def _show(self, request: HttpRequest, token: Token, secret: str) -> None:
        message = f"The secret of {token} is {secret} — copy it now: it is not shown again."
        self.message_user(request, message, messages.WARNING, extra_tags=SECRET)
