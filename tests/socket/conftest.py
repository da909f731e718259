from tests.fixtures import installation, pair, redis, site, stopped_site, unswept  # noqa: F401
