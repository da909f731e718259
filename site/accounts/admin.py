"""People in Django's admin, which stays as a way in: it leaves an admin, too."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from accounts import roles


class PersonChangeForm(UserChangeForm):  # type: ignore[type-arg]
    """Django's, which refuses to take the last admin their rights."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        # Who may not change these has no fields for them.
        stays = all(data.get(name, getattr(self.instance, name)) for name in ("is_active", "is_superuser"))
        if not stays and not roles.admins().exclude(pk=self.instance.pk).exists() and _was_admin(self.instance.pk):
            raise ValidationError(roles.LAST_ADMIN, code="last_admin")
        return data


def _was_admin(pk: int) -> bool:
    return roles.admins().filter(pk=pk).exists()


@contextmanager
def _one_at_a_time(request: HttpRequest) -> Iterator[None]:
    """Two admins who take each other's rights at the same moment: one of them waits, and then is the last."""
    if request.method != "POST":
        yield
        return
    with transaction.atomic():
        list(roles.admins().select_for_update().order_by("pk"))
        yield


admin.site.unregister(User)


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    form = PersonChangeForm

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with _one_at_a_time(request):
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with _one_at_a_time(request):
            return super().delete_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with _one_at_a_time(request):
            return super().changelist_view(request, *args, **kwargs)

    def get_deleted_objects(self, objs: Any, request: Any) -> tuple[Any, Any, Any, list[str]]:
        """What the page that asks before deleting lists; it refuses where something is protected."""
        texts, counts, permissions, protected = super().get_deleted_objects(objs, request)
        pks = [user.pk for user in objs]
        if roles.admins().filter(pk__in=pks).exists() and not roles.admins().exclude(pk__in=pks).exists():
            protected = [*protected, str(roles.LAST_ADMIN)]
        return texts, counts, permissions, protected
