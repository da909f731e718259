"""Questions about users that are asked once for all."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from live.page.together import Together, asked_together

pytestmark = [pytest.mark.database, pytest.mark.django_db]


class OwnBackend(ModelBackend):
    def _get_user_permissions(self, user_obj: Any) -> Any:
        return Permission.objects.filter(codename="add_user")


def people() -> list[Any]:
    """Somebody with a permission of their own, with one by a group, with both twice, without, a superuser, nobody."""
    own, grouped, both, without = (User.objects.create(username=name) for name in ("own", "group", "both", "without"))
    group = Group.objects.create(name="viewers")
    permission = Permission.objects.get(codename="view_user")
    group.permissions.add(permission)
    for user in (grouped, both):
        user.groups.add(group)
    for user in (own, both):
        user.user_permissions.add(permission)
    return [own, grouped, both, without, User.objects.create(username="root", is_superuser=True), AnonymousUser()]


def test_a_question_is_asked_once_for_all_and_for_each_of_its_other_things() -> None:
    asked: list[Any] = []

    @asked_together
    def length(users: Sequence[Any], more: int) -> list[int]:
        asked.append(more)
        return [len(user.username) + more for user in users]

    one, two = User(username="one"), User(username="three")
    with Together([one, two]):
        assert [length(user, more) for more in (0, 100) for user in (one, two)] == [3, 5, 103, 105]
        assert asked == [0, 100]
    assert length(two, 0) == 5, "afterwards for that user alone"
    assert asked == [0, 100, 0]
    assert not hasattr(one, "live_together")


def test_as_many_answers_as_users_are_expected() -> None:
    one, two = User(username="one"), User(username="two")
    with Together([one, two]), pytest.raises(ValueError, match="shorter"):
        asked_together(lambda users: [True])(one)


def test_permissions_are_asked_in_three_queries_and_are_what_django_says() -> None:
    users = people()
    with Together([*users, users[0]]):
        with CaptureQueriesContext(connection) as queries:
            found = [user.has_perm("auth.view_user") for user in users]
            others = [user.has_perm("auth.add_user") for user in users]
            everything = [user.get_all_permissions() for user in users if not user.is_superuser]
            assert len(ModelBackend().get_all_permissions(users[2])) == 1
        assert len(queries) == 3, "one for whose groups, one for what groups may, one for what users may"
    again: list[Any] = [User.objects.get(pk=user.pk) if user.pk else user for user in users]
    assert found == [True, True, True, False, True, False] == [user.has_perm("auth.view_user") for user in again]
    assert everything == [user.get_all_permissions() for user in again if not user.is_superuser]
    assert others == [user.has_perm("auth.add_user") for user in again]
    assert not any({"live_together", "_perm_cache"} & user.__dict__.keys() for user in users)
    user = users[0]
    user.user_permissions.clear()
    assert not user.has_perm("auth.view_user"), "nothing is remembered longer than that"


@pytest.mark.parametrize("backend", [f"{__name__}.OwnBackend", "tests.unit.live.page.test_identity.AnyBackend"])
def test_a_backend_that_asks_in_its_own_way_is_left_to_it(backend: str, settings: Any) -> None:
    settings.AUTHENTICATION_BACKENDS = [backend]
    [own, *_] = people()
    with Together([own]):
        assert not hasattr(own, "_perm_cache")
        assert own.has_perm("auth.add_user") == ("Own" in backend)
