from typing import Any

from live import fragment
from tests.acting.models import User


@fragment("acting/page.html#name", per=lambda user: str(user.pk or ""))
def name(audience: str) -> dict[str, Any]:
    return {"user": User.objects.filter(pk=audience or None).first()}


@name.visible_to
def _(user: Any) -> bool:
    return bool(user.is_authenticated)
