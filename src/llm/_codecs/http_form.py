"""What the requests of all wires have in common: the address, the key in a header, the JSON of the body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .._domain.endpoint import Endpoint
from ..errors import OptionError, RequestError


def address(endpoint: Endpoint, path: str) -> str:
    """The base URL with *path* below it, or, for a path with a leading slash, beside it; its query is kept."""
    base, mark, query = endpoint.base_url.partition("?")
    if path.startswith("/"):
        scheme, _, rest = base.partition("://")
        base, path = f"{scheme}://{rest.partition('/')[0]}", path[1:]
    return f"{base.rstrip('/')}/{path}{mark}{query}"


def headers(endpoint: Endpoint, key_header: str, key: str | None, stream: bool = False) -> dict[str, str]:
    """
    The headers of a request with a JSON body; those of the endpoint come before ours.

    The key goes into *key_header*, as a bearer token where that is `authorization`. Raises RequestError for a key that
    no header can carry.
    """
    ours = {"content-type": "application/json", "accept": "text/event-stream" if stream else "application/json"}
    key = (key or "").strip()
    if key:
        if not (key.isascii() and key.isprintable()):
            raise RequestError(
                f"The key for {endpoint.name} has characters that a header cannot carry",
                hint="Look for line ends and typographic quotes in it",
            )
        ours[key_header] = f"Bearer {key}" if key_header == "authorization" else key
    return ours | {name.lower(): value for name, value in endpoint.headers.items()}


def json_text(value: Any) -> str:
    """Compact JSON, as providers write it themselves. Raises RequestError for a value that JSON cannot say."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise RequestError(f"The arguments of a call cannot be written as JSON: {error}") from error


def json_body(body: Mapping[str, Any]) -> bytes:
    """The bytes of a JSON document. Raises OptionError for a value that JSON cannot say."""
    try:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise OptionError(f"The request cannot be written as JSON: {error}") from error
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        # Text from a terminal may hold halves of characters; JSON can escape them, UTF-8 cannot write them.
        return json.dumps(body, separators=(",", ":")).encode("ascii")
