"""The gallery of charts."""

from django.apps import AppConfig


class GalleryConfig(AppConfig):
    """Every kind of chart on one page; it has no tables."""

    name = "gallery"
