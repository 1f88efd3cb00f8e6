"""Where a request to Anthropic goes, and the headers that all of them have."""

from __future__ import annotations

from collections.abc import Iterable

from .._domain.endpoint import Endpoint
from .http_form import address, headers

_VERSION = "2023-06-01"


def wire_address(endpoint: Endpoint, path: str) -> str:
    """The address of *path* (`messages`); the base URL is that of the vendor's SDK, which ends before `/v1`, or not."""
    base = endpoint.base_url.partition("?")[0].rstrip("/")
    return address(endpoint, path if base.endswith("/v1") else f"v1/{path}")


def wire_headers(
    endpoint: Endpoint, key: str | None, *, betas: Iterable[str] = (), stream: bool = False
) -> dict[str, str]:
    """The headers of a request; *betas* join those that the endpoint asks for itself."""
    made = {"anthropic-version": _VERSION} | headers(endpoint, "x-api-key", key, stream)
    asked = [name.strip() for name in made.get("anthropic-beta", "").split(",")]
    if names := list(dict.fromkeys(filter(None, [*asked, *betas]))):
        made["anthropic-beta"] = ",".join(names)
    return made
