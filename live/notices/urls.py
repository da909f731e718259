"""Include them anywhere: ``path("live/notices/", include("live.notices.urls"))``."""

from django.urls import path

from live.notices import activity, views

app_name = "live_notices"
urlpatterns = [
    path("activity/", activity.page, name="activity"),
    path("<int:pk>/dismiss", views.dismiss, name="dismiss"),
    path("<int:pk>/cancel", views.cancel, name="cancel"),
]
