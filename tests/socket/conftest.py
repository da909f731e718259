from tests.fixtures import installation, pair, redis, running, site, still, stopped_site, unswept  # noqa: F401
