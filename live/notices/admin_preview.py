"""A banner that is being written in the admin, as it would be seen if it were saved now."""

from collections.abc import Mapping
from typing import Any

from django.forms import inlineformset_factory
from django.utils import timezone

from live.notices.fragments import banner_context, when_context
from live.notices.models import Banner, BannerUpdate

Updates: Any = inlineformset_factory(Banner, BannerUpdate, fields=("state", "text"), extra=0)


def preview_of(form: Any, data: Mapping[str, Any]) -> dict[str, Any]:
    """The context of the preview: the banner and its timeline where they are valid, and what is wrong where not."""
    now = timezone.now()
    wrong = [] if form.is_valid() else _said(form)
    updates = [] if form.instance is None else _timeline(form.instance, data, wrong)
    banner = form.instance
    shown = bool(banner.text.strip()) and "starts" not in form.errors and "level" not in form.errors
    if not shown:
        return {"wrong": wrong}
    if "ends" in form.errors:
        banner.ends = None
    context = banner_context(banner, updates) | when_context(banner, now)
    return {**context, "preview": True, "shown": True, "wrong": wrong, "dismiss": ""}


def _timeline(banner: Banner, data: Mapping[str, Any], wrong: list[str]) -> list[BannerUpdate]:
    """The updates as they are in the form, the newest first."""
    formset = Updates(data, instance=banner, prefix="updates")
    if not formset.management_form.is_valid():
        return []
    formset.is_valid()
    found: list[BannerUpdate] = []
    for form in formset.forms:
        if form in formset.deleted_forms:
            continue
        if form.errors:
            wrong += _said(form)
        elif form.has_changed() or form.instance.pk:
            found.append(form.instance)
    return sorted(found, key=lambda update: update.at, reverse=True)


def _said(form: Any) -> list[str]:
    """Each error with the name of its field."""
    return [
        f"{form.fields[name].label}: {error}" if name in form.fields else str(error)
        for name, errors in form.errors.items()
        for error in errors
    ]
