"""The people on the pages of a topic, as a fragment: how many, and for those who may know, who."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from live import FragmentError, fragment
from live.page.access import User
from live.presence.models import MAX_TOPIC_LENGTH, Presence

# Who may see names, beside counts.
PERMISSION = "live_presence.see_names"
# Names that are shown, and users among whom they are looked for: more than a database takes in one query are too many.
MAX_NAMES, MAX_LOOKED_UP = 8, 500


def may_see_names(user: User) -> int:
    """1 for those who may, 0 for everybody else."""
    return int(hasattr(user, "has_perm") and user.has_perm(PERMISSION))


@fragment("live/presence/viewers.html#viewers", per=may_see_names, interval_seconds=0.5)
def viewers(audience: int, topic: str) -> dict[str, Any]:
    """Who has a page of this topic open now, in any process."""
    if len(topic) > MAX_TOPIC_LENGTH:
        raise FragmentError(f"the topic {topic[:20]!r}... has more than {MAX_TOPIC_LENGTH} characters")
    users, visitors = set[str](), 0
    for named, others in Presence._default_manager.filter(topic=topic).values_list("users", "visitors"):
        users.update(named)
        visitors += others
    count = len(users) + visitors
    names = [_name(user) for user in _users(users)] if audience else []
    return {"count": count, "names": names, "more": count - len(names) if names else 0}


# What is beside the content keeps no page open by itself.
viewers.is_content = False


def _users(pks: set[str]) -> QuerySet[Any]:
    model = get_user_model()
    return model._default_manager.filter(pk__in=sorted(pks)[:MAX_LOOKED_UP]).order_by(model.USERNAME_FIELD)[:MAX_NAMES]


def _name(user: Any) -> str:
    return (user.get_full_name() if hasattr(user, "get_full_name") else "") or user.get_username()
