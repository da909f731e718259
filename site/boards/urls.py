"""The pages' addresses."""

from django.urls import path

from boards import views
from live.notices import activity

app_name = "boards"
urlpatterns = [
    path("", views.index, name="index"),
    path("activity/", activity.page, name="activity"),
    path("boards/<slug:slug>/", views.board, name="board"),
    path("boards/<slug:slug>/panels/<int:pk>/values", views.values, name="values"),
]
