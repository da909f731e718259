"""The addresses of the site."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from live import api
from live.notices import api as banners_api
from tokens.authentication import authenticate_for

urlpatterns = [
    path("", include("boards.urls")),
    path("charts/", include("gallery.urls")),
    path("", include("series.urls")),
    path("api/", include(banners_api.banners(authenticate_for("banners")))),
    re_path(r"^api(?:/|$)", api.not_found),
    path("live/", include("live.urls")),
    path("live/notices/", include("live.notices.urls")),
    path("accounts/", include("django.contrib.auth.urls")),
    path("admin/", admin.site.urls),
    # What browsers ask for by themselves, on pages that name no icon.
    path("favicon.ico", RedirectView.as_view(url=static("boards/icon.svg"))),
]
