"""What ingest counts about itself, for Prometheus."""

from prometheus_client import Counter

POINTS = Counter("series_points", "Points committed.")
REQUESTS = Counter("series_requests", "Ingest requests, by HTTP status of the response.", ["status"])
