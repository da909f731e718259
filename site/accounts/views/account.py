"""Somebody's own account: another password, and signing out of everything."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import roles, sessions
from accounts.forms import OwnPasswordForm


@method_decorator(never_cache, name="dispatch")
class AccountView(PasswordChangeView):
    """The page, with Django's form of a new password. All other sessions end by it; this one goes on."""

    template_name = "accounts/account.html"
    form_class = OwnPasswordForm
    success_url = reverse_lazy("account")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        role = roles.role_of(self.request.user)  # type: ignore[arg-type]
        own = roles.groups().filter(user=self.request.user.pk)
        return {**super().get_context_data(**kwargs), "role": role, "groups": own}

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        messages.success(self.request, _("Your password is changed. You are signed out everywhere else."))
        return super().form_valid(form)

    def form_invalid(self, form: PasswordChangeForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


@never_cache
@require_POST
@login_required
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Of this browser, too."""
    sessions.end_all(request.user)  # type: ignore[arg-type]
    logout(request)
    return redirect("login")
