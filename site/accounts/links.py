"""Links by which somebody gets in without a password: signed, used once, expiring after a week, and revocable.

An admin copies a link and sends it in a way of their own: no mail server is needed. One to an account that is to be
made is an ``Invitation``; one to a new password of an account is Django's own for that purpose. Whoever opens one that
is of no use any more gets the same response, whatever the reason.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.signing import BadSignature, Signer
from django.db.models import F
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts import throttle
from accounts.models import Invitation, Person

_signer = Signer(salt="accounts.invitation")


def invitation_link(request: HttpRequest, invitation: Invitation) -> str:
    """The address that an admin copies."""
    return request.build_absolute_uri(reverse("accept", args=[_signer.sign(invitation.pk.hex)]))


def invitation_of(link: str) -> Invitation | None:
    """The invitation whose link ends so; None where it is forged, used, revoked or has expired."""
    try:
        pk = UUID(hex=_signer.unsign(link))
    except (BadSignature, ValueError):
        return None
    return Invitation.objects.valid().filter(pk=pk).first()


class _ResetTokens(PasswordResetTokenGenerator):
    """Django's, which are of no use once the password or the last sign-in is another one; and once they are revoked."""

    key_salt = "accounts.links.ResetTokens"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        numbers = Person.objects.filter(pk=user.pk).values_list("reset_number", flat=True)
        return f"{super()._make_hash_value(user, timestamp)}{next(iter(numbers), 0)}"


reset_tokens = _ResetTokens()


def new_reset_link(request: HttpRequest, user: User) -> str:
    """The address that an admin copies; those that were made before are revoked."""
    revoke_reset_links(user)
    parts = {"uidb64": urlsafe_base64_encode(force_bytes(user.pk)), "token": reset_tokens.make_token(user)}
    return request.build_absolute_uri(reverse("reset", kwargs=parts))


def revoke_reset_links(user: User) -> None:
    """None of them is of use any more."""
    Person.objects.get_or_create(user=user)
    Person.objects.filter(user=user).update(reset_number=F("reset_number") + 1)


def throttled(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view of a link: as at signing in, one address may try wrong ones a number of times, and passwords are hashed
    one at a time. Too many are answered 429 (``accounts.middleware``)."""

    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        allowed = throttle.limits_of_address(request)
        try:
            throttle.check(allowed)
            if request.method == "POST":
                with throttle.one_attempt():
                    response = view(request, **kwargs)
            else:
                response = view(request, **kwargs)
        except throttle.TooManyAttempts as error:
            request.sign_in_wait_seconds = error.seconds  # type: ignore[attr-defined]
            return render(request, "accounts/wait.html", {"reason": throttle.words(error.seconds)})
        if response.status_code == 404:
            throttle.count_failure(allowed)
        return response

    return wrapped
