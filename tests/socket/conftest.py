from tests.fixtures import installation, pair, redis, site, stopped_site  # noqa: F401
