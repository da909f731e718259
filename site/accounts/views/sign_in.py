"""Signing in."""

from ipaddress import ip_address
from typing import Any

from django.contrib.auth.views import LoginView

from accounts.throttle import address_of


class SignInView(LoginView):
    """Django's, which says to somebody at the server itself how a password is set there: a command that nobody else
    can run."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "at_the_server": _is_loopback(address_of(self.request))}


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
