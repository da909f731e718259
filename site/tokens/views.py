"""*Tokens*: those that act as whoever looks, with their scopes; made and deactivated by plain forms."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tokens.forms import NewTokenForm
from tokens.models import Token


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens, and a new one. Its secret is on this response alone."""
    assert request.user.is_authenticated
    form = NewTokenForm(request.user, request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        secret, form = form.save(), NewTokenForm(request.user)
    own = Token.objects.filter(user=request.user).order_by("-active", "name", "pk")
    context = {"form": form, "secret": secret, "tokens": own}
    return render(request, "tokens/tokens.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse whatever is sent with one of them from now on."""
    assert request.user.is_authenticated
    token = get_object_or_404(Token, pk=pk, user=request.user)
    Token.objects.filter(pk=token.pk).update(active=False)
    messages.success(request, _("“%s” is deactivated: what is sent with it is refused.") % token.name)
    return redirect("tokens")
