"""Banners in the admin: seen while they are written, ended with one click, and who has them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, TextField
from django.forms import inlineformset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_protect

from live import moments
from live.banners import lifecycle, schedule
from live.banners.fragments import banner_context, times_context
from live.banners.models import Banner, BannerUpdate
from live.notices import recipients_field


class UpdateInline(admin.TabularInline):  # type: ignore[type-arg]
    """The timeline. Whoever may change the banner may write it."""

    model = BannerUpdate
    fields = ("state", "text", "at")
    readonly_fields = ("at",)
    extra = 0
    formfield_overrides = {TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 60})}}

    def has_view_permission(self, request: HttpRequest, obj: Banner | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Banner | None = None) -> bool:
        return request.user.has_perm("live_banners.change_banner")

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(Banner)
class BannerAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What a person may do is decided by Django's permissions, and whom they may notify by those of notices."""

    inlines = (UpdateInline,)
    change_form_template = "live/banners/change_form.html"
    list_display = ("__str__", "state", "recipients_label", "starts", "ends", "by")
    list_filter = ("level",)
    search_fields = ("text",)
    list_select_related = ("by",)
    actions = ("end_now",)

    @admin.display(description=_("state"))
    def state(self, banner: Banner) -> str:
        now = moments.now()
        if schedule.is_over(banner, now):
            return str(_("over"))
        if banner.starts <= now:
            return str(_("shown"))
        return str(_("announced") if schedule.is_shown(banner, now) else _("to come"))

    @admin.display(description=_("recipients"), ordering="recipients")
    def recipients_label(self, banner: Banner) -> str:
        return banner.recipients.label

    def get_fieldsets(self, request: HttpRequest, obj: Banner | None = None) -> Any:
        times = _("All times are in %(zone)s.") % {"zone": timezone.get_current_timezone_name()}
        return (
            (None, {"fields": ("level", "text", "recipients")}),
            (_("When"), {"fields": ("starts", "ends", "announce_minutes_before"), "description": times}),
        )

    # Who may

    def get_form(self, request: HttpRequest, obj: Banner | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if "recipients" in form.base_fields:  # it is not where somebody may only view
            form.base_fields["recipients"] = recipients_field(request.user, obj.recipients if obj else None)
        return form

    def has_change_permission(self, request: HttpRequest, obj: Banner | None = None) -> bool:
        return super().has_change_permission(request, obj) and self._may_notify(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Banner | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self._may_notify(request, obj)

    @staticmethod
    def _may_notify(request: HttpRequest, banner: Banner | None) -> bool:
        return banner is None or lifecycle.may_change(request.user, banner)

    def _may_write(self, request: HttpRequest, banner: Banner | None) -> bool:
        return self.has_add_permission(request) if banner is None else self.has_change_permission(request, banner)

    # All through the banner's life

    def save_model(self, request: HttpRequest, obj: Banner, form: Any, change: bool) -> None:
        if form.has_changed() or not change:
            lifecycle.save(obj, by=request.user)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        for update in formset.deleted_objects:
            lifecycle.delete_update(update, by=request.user)
        for update in [*(update for update, _changed in formset.changed_objects), *formset.new_objects]:
            lifecycle.save_update(update, by=request.user)
        formset.save_m2m()

    def delete_model(self, request: HttpRequest, obj: Banner) -> None:
        lifecycle.delete(obj, by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Banner]) -> None:
        for banner in queryset:
            lifecycle.delete(banner, by=request.user)

    @admin.action(description=_("End now"), permissions=["change"])
    def end_now(self, request: HttpRequest, queryset: QuerySet[Banner]) -> None:
        """Take them off every page."""
        ended = 0
        for banner in queryset:
            try:
                ended += lifecycle.end(banner, by=request.user)
            except PermissionDenied as error:
                self.message_user(request, str(error), "error")
        self.message_user(request, _("Ended: %(count)d.") % {"count": ended})

    # The preview

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(csrf_protect(self.preview))
        routes = ("preview/", "<int:pk>/preview/")
        return [path(route, view, name="live_banners_banner_preview") for route in routes] + super().get_urls()

    def preview(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """The form as it is typed, as it would be seen; and what is wrong with it, in words. Nothing is saved."""
        banner = get_object_or_404(Banner, pk=pk) if pk else None
        if not self._may_write(request, banner):
            raise PermissionDenied
        form = self.get_form(request, banner, change=banner is not None)(request.POST, instance=banner)
        errors = _errors(form)
        # As whoever has the language and the zone of the person who writes it will see it.
        context = _preview(form, _timeline(form.instance, request.POST, errors)) | {"errors": errors}
        return TemplateResponse(request, "live/banners/preview.html", context)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        banner = kwargs.get("obj")
        editable = self._may_write(request, banner)
        name = f"{self.admin_site.name}:live_banners_banner_preview"
        context["preview_url"] = reverse(name, args=[banner.pk] if banner else []) if editable else ""
        return super().render_change_form(request, context, *args, **kwargs)


UpdateFormSet: Any = inlineformset_factory(Banner, BannerUpdate, fields=("state", "text"), extra=0)


def _timeline(banner: Banner, data: Mapping[str, Any], errors: list[str]) -> list[BannerUpdate]:
    """The updates as they are in the form, the newest first; what is wrong with them is added to the errors."""
    formset = UpdateFormSet(data, instance=banner, prefix="updates")
    if not formset.management_form.is_valid():
        return []
    rows = [form for form in formset.forms if form not in formset.deleted_forms]
    errors += [error for form in rows for error in _errors(form)]
    updates = [form.instance for form in rows if not form.errors and (form.has_changed() or form.instance.pk)]
    return sorted(updates, key=lambda update: update.at, reverse=True)


def _preview(form: Any, updates: list[BannerUpdate]) -> dict[str, Any]:
    """The banner as it would be seen if it were saved now; nothing while it cannot be."""
    banner = form.instance
    if not banner.text.strip() or {"starts", "level"} & form.errors.keys():
        return {}
    if "ends" in form.errors:
        banner.ends = None
    context = banner_context(banner, updates) | times_context(banner, moments.now())
    return context | {"preview": True, "shown": True, "dismiss": ""}


def _errors(form: Any) -> list[str]:
    """Each error with the name of its field. What is not typed yet is not wrong."""
    return [
        f"{form.fields[name].label}: {message}" if name in form.fields else message
        for name, errors in form.errors.as_data().items()
        for error in errors
        if error.code != "required"
        for message in error.messages
    ]
