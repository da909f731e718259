from django.contrib.auth import views as auth
from django.urls import include, path
from shop import views

urlpatterns = [
    path("", views.orders, name="orders"),
    path("stock/", views.stock, name="stock"),
    path("more/", views.more, name="more"),
    path("pay/<uuid:pk>", views.pay, name="pay"),
    # Not called "login".
    path("enter/", auth.LoginView.as_view(template_name="shop/enter.html"), name="enter"),
    path("leave/", auth.LogoutView.as_view(next_page="enter"), name="leave"),
    path("live/", include("live.urls")),
]
