"""Include them anywhere: ``path("live/notices/", include("live.notices.urls"))``."""

from django.urls import path

from live.notices import banner_views, views

app_name = "live_notices"
urlpatterns = [
    path("<int:pk>/dismiss", views.dismiss, name="dismiss"),
    path("<int:pk>/cancel", views.cancel, name="cancel"),
    path("banners/<int:pk>/dismiss", banner_views.dismiss, name="dismiss_banner"),
]
