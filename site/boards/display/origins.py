"""Which other sites may show a board inside of their pages: those whose origins it lists. Pure."""


def frame_ancestors(origins: list[str]) -> str:
    """The directive of a content security policy. Our own pages may show it, too."""
    return " ".join(["frame-ancestors 'self'", *origins])


def is_listed(origin: str, origins: list[str]) -> bool:
    """Whether a browser takes an origin for one of these, as of ``frame-ancestors``."""
    return any(_matches(origin.lower(), listed.lower()) for listed in origins)


def _matches(origin: str, listed: str) -> bool:
    scheme, _, host = origin.partition("://")
    listed_scheme, _, listed_host = listed.partition("://")
    if scheme != listed_scheme:
        return False
    if listed_host.startswith("*."):
        return host.endswith(listed_host[1:]) and host != listed_host[2:]
    return host == listed_host
