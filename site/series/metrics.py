"""What ingest counts about itself, for Prometheus."""

from prometheus_client import Counter

POINTS = Counter("series_points", "Points committed.")
REQUESTS = Counter("series_requests", "Ingest requests answered, by HTTP status.", ["status"])
