"""HTTP beside the socket."""

from django.urls import path

from live import views
from live.debug import page as debug

app_name = "live"
urlpatterns = [
    path("metrics", views.metrics(), name="metrics"),
    path("debug/", debug.page, name="debug"),
    path("page", views.page, name="page"),
]
