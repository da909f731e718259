"""Found by Django's admin: banners, notices and the audit trail."""

from live.notices import admin_banners, admin_notices  # noqa: F401  they register
