"""Where Ollama's own API is."""

from __future__ import annotations

from .._domain.endpoint import Endpoint
from .http_form import address


def api_address(endpoint: Endpoint, path: str) -> str:
    """The address of *path* (`chat`) below `/api`; a base URL that ends in `/v1`, the compatible API, will do too."""
    base, mark, query = endpoint.base_url.partition("?")
    base = base.rstrip("/").removesuffix("/v1").removesuffix("/api")
    return address(Endpoint(endpoint.name, base_url=f"{base}{mark}{query}"), f"api/{path}")
