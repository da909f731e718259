"""People in Django's admin, which stays as a way in: it leaves an admin, too."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

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


admin.site.unregister(User)


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    form = PersonChangeForm

    def get_deleted_objects(self, objs: Any, request: Any) -> tuple[Any, Any, Any, list[str]]:
        """What the page that asks before deleting lists; it refuses where something is protected."""
        texts, counts, permissions, protected = super().get_deleted_objects(objs, request)
        pks = [user.pk for user in objs]
        if roles.admins().filter(pk__in=pks).exists() and not roles.admins().exclude(pk__in=pks).exists():
            protected = [*protected, str(roles.LAST_ADMIN)]
        return texts, counts, permissions, protected
