"""Notices in the admin: send one, see what was sent, and the audit log."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.messages import constants
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from live.notices import levels, sending, text
from live.notices.limits import TooManyNotices, check_rate
from live.notices.models import AuditEntry, Notice
from live.notices.permissions import check_permission, recipients_choices
from live.notices.recipient_kinds import Recipients

if TYPE_CHECKING:
    NoticeBase = admin.ModelAdmin[Notice]
    AuditBase = admin.ModelAdmin[AuditEntry]
    FormBase = forms.ModelForm[Notice]
else:
    NoticeBase = AuditBase = admin.ModelAdmin
    FormBase = forms.ModelForm

LEVELS = [
    (constants.INFO, _("Information")),
    (constants.SUCCESS, _("Success")),
    (constants.WARNING, _("Warning")),
    (constants.ERROR, _("Error")),
]


class SendForm(FormBase):
    """What is sent now. Offers the recipients whom ``user``, set by the admin, may notify."""

    user: Any = None

    recipients = forms.ChoiceField(label=_("Recipients"))
    level = forms.TypedChoiceField(label=_("Level"), choices=LEVELS, coerce=int)
    text = forms.CharField(
        label=_("Text"),
        max_length=sending.MAX_NOTICE_CHARACTERS,
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["recipients"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = recipients_choices(self.user)

    def clean_link(self) -> str:
        try:
            return text.check_link(self.cleaned_data["link"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self) -> dict[str, Any]:
        """Allowed, and not too often: an error beside the field, not a page of its own."""
        if not self.errors:
            try:
                recipients = Recipients.from_text(self.cleaned_data["recipients"])
                check_permission(self.user, recipients)
                check_rate(recipients)
            except (TooManyNotices, PermissionDenied) as error:
                self.add_error("recipients", str(error))
        return self.cleaned_data

    def save(self, commit: bool = True) -> Notice:
        """Send it."""
        data = self.cleaned_data
        # Whether it is allowed was asked a moment ago, where it could be shown beside the field.
        self.instance = sending.send(
            Recipients.from_text(data["recipients"]),
            data["level"],
            data["text"],
            link=data["link"],
            sticky=data["sticky"],
            ttl=timedelta(minutes=data["minutes"]) if data["minutes"] else None,
            by=self.user,
            source=Notice.Source.STAFF,
            audited=True,
        )
        return self.instance

    def save_m2m(self) -> None:
        """There is nothing beside it to save."""


@admin.register(Notice)
class NoticeAdmin(NoticeBase):
    """To add one is to send it. What was sent is not changed; deleting one takes it back from pages to come."""

    form = SendForm
    list_display = ("text", "recipients_label", "level_name", "at", "by", "sticky", "dismissed_by")
    list_filter = ("source", "sticky", "at")
    search_fields = ("text",)
    list_select_related = ("by",)
    ordering = ("-at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        # Messages of views are between the site and one person.
        notices = super().get_queryset(request).exclude(source=Notice.Source.MESSAGE)
        return notices.annotate(dismissed=Count("dismissals"))

    def get_fields(self, request: HttpRequest, obj: Notice | None = None) -> Any:
        if obj is None:
            return ("recipients", "level", "text", "link", "sticky", "minutes")
        return (
            "recipients_label",
            "level_name",
            "text",
            "link",
            "sticky",
            "at",
            "expires",
            "by",
            "source",
            "dismissed_by",
        )

    def get_form(self, request: HttpRequest, obj: Notice | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"user": request.user})

    def save_model(self, request: HttpRequest, obj: Notice, form: Any, change: bool) -> None:
        """It is saved: the form has sent it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        may = any(request.user.has_perm(f"live_notices.notify_{whom}") for whom in ("everyone", "some", "user"))
        return super().has_add_permission(request) and may

    def has_change_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        return False

    @admin.display(description=_("recipients"), ordering="recipients")
    def recipients_label(self, notice: Notice) -> str:
        """In words."""
        return notice.recipients.label

    @admin.display(description=_("level"), ordering="level")
    def level_name(self, notice: Notice) -> str:
        return levels.tag(notice.level) or str(notice.level)

    @admin.display(description=_("dismissed by"), ordering="dismissed")
    def dismissed_by(self, notice: Notice) -> int:
        """How many people have dismissed it."""
        return int(notice.dismissed)  # type: ignore[attr-defined]


@admin.register(AuditEntry)
class AuditEntryAdmin(AuditBase):
    """To be read by those who may view it, and not to be changed by anybody."""

    list_display = ("at", "who", "action", "recipients", "text")
    list_filter = ("action", "at")
    search_fields = ("who", "text")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False
