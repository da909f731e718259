"""A view says "saved" to one page, once, after a reload: flash messages reach nobody else, and no task can send one.

Here a notice is a row, sent from anywhere to whom it is for, and shown at once on each of their open pages:

    from live.notices import everyone, notify

    notify(everyone, "info", "The new price list is here.", link="/prices/")

``django.contrib.messages`` comes to the page in the same way (``live.notices.storage``).
"""

from typing import TYPE_CHECKING

from live.lazy_names import lazy_names

# To notify somebody.
__all__ = ["Cancelled", "Recipients", "RecipientsError", "TooManyNotices", "anotify", "everyone", "group", "notify"]
__all__ += ["permission", "progress", "recipients", "signed_in", "staff", "user"]
# For apps that build on it, as banners and forms do.
__all__ += ["MAX_NOTICE_CHARACTERS", "EventKind", "Kind", "Notice", "RecipientsField", "activity_changed", "check_rate"]
__all__ += ["describe_notice", "level_number", "may_notify", "person", "recipients_field", "record", "redirect_back"]
__all__ += ["remembered_person", "render_out_of_band", "roles", "send", "shows_notices", "text_to_html"]
__all__ += ["wants_partial"]

if TYPE_CHECKING:
    from live.notices.activity import EventKind, activity_changed, describe_notice
    from live.notices.feed import render_out_of_band
    from live.notices.fields import RecipientsField
    from live.notices.levels import level_number
    from live.notices.models import Notice, record
    from live.notices.permissions import TooManyNotices, check_rate, may_notify, recipients_field
    from live.notices.progress_bar import Cancelled, progress
    from live.notices.recipient_kinds import (
        Kind,
        Recipients,
        RecipientsError,
        everyone,
        group,
        permission,
        person,
        recipients,
        roles,
        signed_in,
        staff,
        user,
    )
    from live.notices.requests import redirect_back, remembered_person, shows_notices, wants_partial
    from live.notices.sender import MAX_NOTICE_CHARACTERS, anotify, notify, send
    from live.notices.text import text_to_html
else:
    __getattr__ = lazy_names(
        __name__,
        "recipient_kinds fields text levels requests models permissions feed sender progress_bar activity",
        __all__,
    )
