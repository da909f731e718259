"""Include them anywhere: ``path("live/banners/", include("live.banners.urls"))``."""

from django.urls import path

from live.banners import views

app_name = "live_banners"
urlpatterns = [path("<int:pk>/dismiss", views.dismiss, name="dismiss")]
