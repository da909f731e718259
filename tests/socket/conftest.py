from tests.fixtures import (  # noqa: F401
    clock,
    impatient,
    installation,
    pair,
    redis,
    running,
    running_impatient,
    site,
    still,
    stopped_site,
    unswept,
)
