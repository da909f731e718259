from tests.fixtures import installation, site, stopped_site  # noqa: F401
