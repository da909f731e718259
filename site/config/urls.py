"""Where everything is."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

from live.banners import api as banners_api
from series.banners import may_post_banners

urlpatterns = [
    path("", include("boards.urls")),
    path("charts/", include("gallery.urls")),
    path("api/", include("series.urls")),
    path("api/", include(banners_api.banners(may_post_banners))),
    path("live/", include("live.urls")),
    path("live/notices/", include("live.notices.urls")),
    path("live/banners/", include("live.banners.urls")),
    path("accounts/", include("django.contrib.auth.urls")),
    path("admin/", admin.site.urls),
    # What browsers ask for by themselves, on pages that name no icon.
    path("favicon.ico", RedirectView.as_view(url=static("boards/icon.svg"))),
]
