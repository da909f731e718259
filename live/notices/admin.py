"""Notices in the admin: send one, see what was sent, and the audit log."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.messages.constants import DEFAULT_LEVELS
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_protect

from live.notices import levels, text
from live.notices.feed import html_of
from live.notices.models import AuditEntry, Notice
from live.notices.permissions import TooManyNotices, check_rate, recipients_field
from live.notices.recipient_kinds import Recipients
from live.notices.sender import MAX_NOTICE_CHARACTERS, send

# Debug is not for people.
LEVELS = [(DEFAULT_LEVELS[name.upper()], label) for name, label in levels.LABELS.items() if name != "debug"]


class SendForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is sent now; the admin gives it the field of recipients."""

    level = forms.TypedChoiceField(label=_("Level"), choices=LEVELS, coerce=int)
    text = forms.CharField(
        label=_("Text"),
        max_length=MAX_NOTICE_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text=_("Links: https://… or [words](https://…)"),
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=1,
        max_value=30 * 24 * 60,
        required=False,
        help_text=_("How long pages that reconnect still get it. Empty: 10 minutes, 30 days if sticky."),
    )

    class Meta:
        model = Notice
        fields = ("recipients", "level", "text", "link", "sticky")

    def clean_link(self) -> str:
        try:
            return text.check_link(self.cleaned_data["link"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self) -> dict[str, Any]:
        """Not too often: an error beside the field, not a page of its own."""
        if not self.errors:
            try:
                check_rate(Recipients.from_text(self.cleaned_data["recipients"]))
            except TooManyNotices as error:
                self.add_error("recipients", str(error))
        return self.cleaned_data


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """To add one is to send it. What was sent is not changed; deleting one takes it back from pages to come."""

    form = SendForm
    add_form_template = "live/notices/send_form.html"
    list_display = ("text", "recipients_label", "level_name", "at", "by", "sticky", "dismissed_by")
    list_filter = ("source", "sticky", "at")
    search_fields = ("text",)
    list_select_related = ("by",)
    ordering = ("-at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        # Messages of views are between the site and one person.
        notices: QuerySet[Notice] = super().get_queryset(request).exclude(source=Notice.Source.MESSAGE)
        return notices.annotate(dismissed=Count("dismissals"))

    def get_fields(self, request: HttpRequest, obj: Notice | None = None) -> Any:
        if obj is None:
            return ("recipients", "level", "text", "link", "sticky", "minutes")
        fields = ("recipients_label", "level_name", "text", "link", "sticky", "at", "expires", "by", "source")
        return (*fields, "dismissed_by")

    def get_form(self, request: HttpRequest, obj: Notice | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.base_fields["recipients"] = recipients_field(request.user)
        return form

    def save_model(self, request: HttpRequest, obj: Notice, form: Any, change: bool) -> None:
        """Send it: whether it is allowed was asked a moment ago, where it could be shown beside the field."""
        minutes = form.cleaned_data["minutes"]
        obj.pk = send(
            obj.recipients,
            obj.level,
            obj.text,
            link=obj.link,
            sticky=obj.sticky,
            ttl=timedelta(minutes=minutes) if minutes else None,
            by=request.user,
            source=Notice.Source.STAFF,
            audited=True,
        ).pk

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(csrf_protect(self.preview))
        return [path("preview/", view, name="live_notices_notice_preview"), *super().get_urls()]

    def preview(self, request: HttpRequest) -> HttpResponse:
        """The notice as it is typed, as it would be seen. Nothing is sent, and nothing is wrong before it is."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self.get_form(request)(request.POST)
        form.full_clean()
        notice, missing = form.instance, {"text", "level"} & form.errors.keys()
        shown = "" if missing else html_of(notice)
        return TemplateResponse(request, "live/notices/preview.html", {"shown": mark_safe(shown)})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        address = reverse(f"{self.admin_site.name}:live_notices_notice_preview")
        return super().add_view(request, form_url, {**(extra_context or {}), "preview_url": address})

    def has_add_permission(self, request: HttpRequest) -> bool:
        may = any(request.user.has_perm(f"live_notices.notify_{whom}") for whom in ("everyone", "some", "user"))
        return super().has_add_permission(request) and may

    def has_change_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        return False

    @admin.display(description=_("recipients"), ordering="recipients")
    def recipients_label(self, notice: Notice) -> str:
        return notice.recipients.label

    @admin.display(description=_("level"), ordering="level")
    def level_name(self, notice: Notice) -> str:
        return levels.tag(notice.level) or str(notice.level)

    @admin.display(description=_("dismissed by"), ordering="dismissed")
    def dismissed_by(self, notice: Notice) -> int:
        return int(notice.dismissed)  # type: ignore[attr-defined]


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """To be read by those who may view it, and not to be changed by anybody."""

    list_display = ("at", "who", "action", "recipients", "text")
    list_filter = ("action", "at")
    search_fields = ("who", "text")

    def has_add_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission
