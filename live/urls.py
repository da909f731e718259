"""HTTP beside the socket."""

from django.urls import path

from live import views

app_name = "live"
urlpatterns = [
    path("metrics", views.metrics(), name="metrics"),
    path("page", views.page, name="page"),
]
