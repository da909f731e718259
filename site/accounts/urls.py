"""Signing in and out, one's own account, and people.

A forgotten password is set anew by a link that an admin makes, or by somebody at the server: ``manage.py
changepassword``. There is no address that sends such a link by e-mail: without a mail server it would do nothing but
tell who has an account, by how long it takes.
"""

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts.views import account, groups, links, people, session
from accounts.views.sign_in import SignInView

urlpatterns = [
    path("accounts/login/", SignInView.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("accounts/invitation/<str:link>/", links.accept, name="accept"),
    path("accounts/reset/<str:uidb64>/<str:token>/", links.ResetView.as_view(), name="reset"),
    path("account/", account.AccountView.as_view(), name="account"),
    path("account/session/", session.session, name="session"),
    path("account/sign-out/", account.sign_out_everywhere, name="sign-out-everywhere"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/invitations/<uuid:pk>/", people.invitation, name="invitation"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/groups/", groups.groups, name="groups"),
    path("people/groups/<int:pk>/", groups.group, name="group"),
]
