from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from tests.acting.models import User

ACTS_AS = "acts_as"


def user_of(request: HttpRequest) -> Any:
    """Whose page it is: somebody else's, where staff looks as them."""
    pk = request.session.get(ACTS_AS)
    return User.objects.get(pk=pk) if pk and getattr(request.user, "is_staff", False) else request.user


def acting(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def respond(request: HttpRequest) -> HttpResponse:
        request.user = user_of(request)
        return get_response(request)

    return respond
