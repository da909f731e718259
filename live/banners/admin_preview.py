"""A banner that is being written in the admin, as it would be seen if it were saved now."""

from collections.abc import Mapping
from typing import Any

from django.forms import inlineformset_factory
from django.utils import timezone

from live.banners.fragments import banner_context, times_context
from live.banners.models import Banner, BannerUpdate

Updates: Any = inlineformset_factory(Banner, BannerUpdate, fields=("state", "text"), extra=0)


def preview_of(form: Any, data: Mapping[str, Any]) -> dict[str, Any]:
    """The context of the preview: the banner and its timeline where they are valid, and what is wrong where not."""
    banner, errors = form.instance, _errors(form)
    updates = _timeline(banner, data, errors)
    if not banner.text.strip() or {"starts", "level"} & form.errors.keys():
        return {"errors": errors}
    if "ends" in form.errors:
        banner.ends = None
    context = banner_context(banner, updates) | times_context(banner, timezone.now())
    return {**context, "preview": True, "shown": True, "errors": errors, "dismiss": ""}


def _timeline(banner: Banner, data: Mapping[str, Any], errors: list[str]) -> list[BannerUpdate]:
    """The updates as they are in the form, the newest first."""
    formset = Updates(data, instance=banner, prefix="updates")
    if not formset.management_form.is_valid():
        return []
    formset.is_valid()
    updates: list[BannerUpdate] = []
    for form in formset.forms:
        if form in formset.deleted_forms:
            continue
        if form.errors:
            errors += _errors(form)
        elif form.has_changed() or form.instance.pk:
            updates.append(form.instance)
    return sorted(updates, key=lambda update: update.at, reverse=True)


def _errors(form: Any) -> list[str]:
    """Each error with the name of its field."""
    return [
        f"{form.fields[name].label}: {error}" if name in form.fields else str(error)
        for name, errors in form.errors.items()
        for error in errors
    ]
