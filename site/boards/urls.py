"""The pages' addresses."""

from django.urls import path

from boards import views

app_name = "boards"
urlpatterns = [
    path("", views.index, name="index"),
    path("boards/<slug:slug>/", views.board, name="board"),
    path("boards/<slug:slug>/panels/<int:pk>/values", views.values, name="values"),
]
