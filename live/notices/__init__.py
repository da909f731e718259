"""Notices, messages and banners: what flash messages should have been."""
