"""Signing in and out. A forgotten password is set anew by somebody at the server: ``manage.py changepassword``. There
is no address to reset one by e-mail: without a mail server it would do nothing but tell who has an account, by how long
it takes.
"""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

urlpatterns = [
    path("login/", LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
