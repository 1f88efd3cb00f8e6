"""Where an endpoint is, when environment variables of its vendor move it."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from urllib.parse import urlsplit

from .._config.endpoints import check_base_url
from .._domain.endpoint import Endpoint

_OLLAMA_PORT = 11434
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a server listens on is no place to ask


def moved(endpoint: Endpoint) -> Endpoint:
    """The endpoint at the address that the first of its variables names which is set. Raises ConfigError."""
    for variable in endpoint.base_url_envs:
        url = os.environ.get(variable, "").strip()
        if url:
            if variable == "OLLAMA_HOST":
                url = from_ollama_host(url)
            return _at(endpoint, check_base_url(url, f"${variable}"))
    return endpoint


def _at(endpoint: Endpoint, url: str) -> Endpoint:
    """The endpoint at *url*, which speaks another wire there, unless that is still the vendor's own."""
    still_there = endpoint.wire_elsewhere is None or _is_below(url, endpoint.base_url)
    return replace(endpoint, base_url=url, wire=endpoint.wire if still_there else endpoint.wire_elsewhere or "chat")


def _is_below(url: str, own: str) -> bool:
    """Whether *url* is at the vendor's host, or at a regional one below it (`eu.api.openai.com`)."""
    host, vendor = urlsplit(url).hostname or "", urlsplit(own).hostname or ""
    return host == vendor or host.endswith(f".{vendor}")


def from_ollama_host(value: str) -> str:
    """
    The base URL that OLLAMA_HOST means: `host`, `host:port`, `:port`, or a URL, whose port is then that of its scheme.

    Source: https://docs.ollama.com/faq and the `ollama` Python client, which read it alike.
    """
    scheme, mark, rest = value.partition("://")
    if not mark:
        scheme, rest = "http", value
    host, slash, path = rest.partition("/")
    found = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::(\d*))?", host)
    if found is None:  # an IPv6 address without its brackets, or nonsense that the check of the URL refuses
        name, port = (f"[{host}]", "") if host.count(":") > 1 else (host, "")
    else:
        name, port = found[1], found[2] or ""
    bare = name.strip("[]")
    if (plain := _ANY_ADDRESS.get(bare)) is not None:
        name = f"[{plain}]" if ":" in plain else plain
    default = str({"http": 80, "https": 443}.get(scheme, _OLLAMA_PORT)) if mark else str(_OLLAMA_PORT)
    return f"{scheme}://{name or '127.0.0.1'}:{port or default}{slash}{path}".rstrip("/")
