"""Where the gallery is."""

from django.urls import path

from gallery import views

app_name = "gallery"
urlpatterns = [
    path("", views.page, name="page"),
    path("<slug:slug>.svg", views.picture, name="picture"),
    path("thumbnails/<slug:slug>.svg", views.thumbnail, name="thumbnail"),
]
