"""What somebody sees who opens a link: to make an account, or to choose another password."""

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import links, people, roles
from accounts.models import Invitation
from accounts.roles import Role

BACKEND = "accounts.backends.ThrottledBackend"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@links.throttled
def accept(request: HttpRequest, link: str) -> HttpResponse:
    """An invitation: who opens it chooses a name and a password, and is signed in."""
    invitation = links.invitation_of(link)
    if invitation is None:
        return _of_no_use(request)
    form: UserCreationForm[User] = UserCreationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = _make_account(form, invitation)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if user is None:
                return _of_no_use(request)
            login(request, user, backend=BACKEND)
            return redirect("boards:index")
    context = {"form": form, "invitation": invitation}
    return render(request, "accounts/accept.html", context, status=422 if form.errors else 200)


def _make_account(form: "UserCreationForm[User]", invitation: Invitation) -> User | None:
    """None where somebody else was quicker with the same link. Raises ``ValidationError``, and the link stays, where
    somebody else was quicker with the same name, or the groups do not go with the role any more."""
    groups = list(invitation.groups.all())
    try:
        with transaction.atomic():
            _count, deleted = Invitation.objects.filter(pk=invitation.pk).delete()
            if not deleted.get(Invitation._meta.label):
                return None
            user: User = form.save()
            user.groups.set(groups)
            roles.set_role(user, Role(invitation.role))
            people.record(user, user, people.ADDED, f"Accepted the invitation for {invitation.whom}.")
    except IntegrityError:
        raise ValidationError({"username": User._meta.get_field("username").error_messages["unique"]}) from None
    return user


@method_decorator([never_cache, links.throttled], name="dispatch")
class ResetView(PasswordResetConfirmView):
    """Django's: who opens it chooses another password, and is signed in. Other sessions end by it."""

    template_name = "accounts/reset.html"
    token_generator = links.reset_tokens
    post_reset_login = True
    post_reset_login_backend = BACKEND
    success_url = reverse_lazy("boards:index")

    def get_user(self, uidb64: str) -> User | None:
        user = super().get_user(uidb64)
        return user if isinstance(user, User) and user.is_active else None

    def render_to_response(self, context: dict[str, Any], **options: Any) -> HttpResponse:
        if not self.validlink:
            return _of_no_use(self.request)
        if context["form"].errors:
            options["status"] = 422
        return super().render_to_response(context, **options)


def _of_no_use(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/of_no_use.html", status=404)
