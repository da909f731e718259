"""The pages' addresses."""

from django.urls import path

from boards import pictures, views
from live.notices import activity

app_name = "boards"
urlpatterns = [
    path("", views.index, name="index"),
    path("panels/<int:pk>", pictures.panel, name="panel"),
    path("panels/<int:pk>.svg", pictures.svg, name="panel-svg"),
    path("panels/<int:pk>.png", pictures.png, name="panel-png"),
    path("activity/", activity.page, name="activity"),
    path("boards/<slug:slug>/", views.board, name="board"),
    path("boards/<slug:slug>/panels/<int:pk>/values", views.values, name="values"),
]
