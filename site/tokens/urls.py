"""The addresses of *Tokens*."""

from django.urls import path

from tokens import views

urlpatterns = [
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:pk>/deactivate", views.deactivate, name="deactivate-token"),
]
