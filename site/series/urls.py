"""Ingest. No address ends with a slash: what APPEND_SLASH redirects is no POST any more."""

from django.urls import path

from series.ingest import views

app_name = "series"
urlpatterns = [path("points", views.points, name="points")]
