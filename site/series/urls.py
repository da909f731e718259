"""Ingest. No address ends with a slash: what APPEND_SLASH redirects is no POST any more."""

from series.ingest import formats

app_name = "series"
urlpatterns = formats.urlpatterns()
