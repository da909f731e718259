"""Found by Django's admin: banners."""

from live.notices import admin_banners  # noqa: F401  registers
