"""The pages' addresses."""

from django.urls import path

from boards import views
from boards.display import pages as display_pages
from boards.display import views as display
from boards.documents import views as documents
from boards.editing import views as editing
from boards.editing.form import views as panel_form
from boards.files import badges
from boards.files import board_views as board_files
from boards.files import views as files
from boards.find import views as find
from boards.home import views as home
from boards.settings import views as settings
from boards.variables import views as variables
from live.notices import activity

app_name = "boards"
urlpatterns = [
    path("", home.index, name="index"),
    path("new", home.new_board, name="new"),
    path("boards.schema.json", documents.schema, name="schema"),
    path("import", documents.import_boards, name="import"),
    path("token", home.make_token, name="token"),
    path("boards/<int:pk>/star", home.star, name="star"),
    path("series/<int:pk>/add", home.add, name="add"),
    path("series/<int:pk>/dismiss", home.dismiss, name="dismiss"),
    path("panels/<int:pk>", files.panel, name="panel"),
    path("panels/<int:pk>.svg", files.picture, {"as_png": False}, name="panel-svg"),
    path("panels/<int:pk>.png", files.picture, {"as_png": True}, name="panel-png"),
    path("badges/<int:pk>.svg", badges.badge, name="badge"),
    path("zones/", views.zones, name="zones"),
    path("find/", find.find, name="find"),
    path("activity/", activity.page, name="activity"),
    path("boards/<slug:slug>/", views.board, name="board"),
    path("boards/<slug:slug>.svg", board_files.picture, {"as_png": False}, name="board-svg"),
    path("boards/<slug:slug>.png", board_files.picture, {"as_png": True}, name="board-png"),
    path("boards/<slug:slug>.html", board_files.page_file, name="board-html"),
    path("boards/<slug:slug>.yaml", documents.download, name="board-yaml"),
    path("boards/<slug:slug>/share", board_files.share, name="share"),
    path("boards/<slug:slug>/embed", display.embed, name="embed"),
    path("display/<str:secret>", display.display, name="display"),
    path("boards/<slug:slug>/displays", display_pages.displays, name="displays"),
    path("boards/<slug:slug>/displays/origins", display_pages.origins, name="origins"),
    path("boards/<slug:slug>/displays/<int:pk>/revoke", display_pages.revoke, name="display-revoke"),
    path("boards/<slug:slug>/token", home.make_token, name="board-token"),
    path("boards/<slug:slug>/edit", editing.edit, name="edit"),
    path("boards/<slug:slug>/settings", settings.settings, name="settings"),
    path("boards/<slug:slug>/variables", variables.declare, name="variables"),
    path("boards/<slug:slug>/delete", settings.delete, name="delete"),
    path("boards/<slug:slug>/series", panel_form.series, name="series"),
    path("boards/<slug:slug>/panels/add", editing.add_panel, name="panel-add"),
    path("boards/<slug:slug>/panels/<int:pk>/edit", panel_form.panel_edit, name="panel-edit"),
    path("boards/<slug:slug>/panels/<int:pk>/edit/preview", panel_form.panel_preview, name="panel-preview"),
    path("boards/<slug:slug>/panels/<int:pk>/edit/presence", panel_form.panel_presence, name="panel-presence"),
    path("boards/<slug:slug>/panels/<int:pk>/values", views.values, name="values"),
]
