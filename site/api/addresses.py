"""The operations that are routed and validated by a library, module by module."""

from api import boards, displays, notices, offers, panels, series, tokens
from api.service import Service

service = Service(
    title="Boardcast",
    version="1",
    description="What a click can do, over HTTP. docs/api.md makes a first board with curl.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
for module in (boards, displays, panels, offers, series, notices, tokens):
    service.add_router("", module.router)
