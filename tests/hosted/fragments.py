from typing import Any

from django.contrib.auth.models import Group

from live import fragment


@fragment("hosted/page.html#count")
def count() -> dict[str, Any]:
    return {"count": Group.objects.count()}
