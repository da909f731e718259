"""Which tokens may post banners, as ``live.banners.api`` asks."""

from django.http import HttpRequest

from live.banners import api
from series.ingest import access
from series.ingest.errors import Refused


def may_post_banners(request: HttpRequest) -> str:
    """Who asks, for the audit log: the token's name. Raises ``api.Refused`` with 401, 403 or 429."""
    try:
        token = access.authenticate(request)
        access.admit(token)
    except Refused as refused:
        raise api.Refused(refused.status, refused.code, refused.message, headers=refused.headers) from None
    if not token.may_post_banners:
        message = "This token may not post banners; in the admin, under Tokens, it can be allowed to."
        raise api.Refused(403, "forbidden", message)
    return f"token {token.name}"
