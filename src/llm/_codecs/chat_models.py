"""Which models an endpoint has."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from .._domain.endpoint import Endpoint
from .._io.request import HTTPRequest
from ..errors import BadReplyError
from .dialects import dialect
from .http_form import address, headers
from .redaction import excerpt

_NOT_JSON = object()


def models_request(endpoint: Endpoint, key: str | None) -> HTTPRequest:
    """The request that asks which models the endpoint has."""
    row = dialect(endpoint.dialect)
    sent = headers(endpoint, row.key_header, key)
    del sent["content-type"]
    return HTTPRequest(address(endpoint, row.models), None, sent, method="GET")


def decode_models(body: bytes, *, secrets: tuple[str, ...] = ()) -> tuple[str, ...]:
    """
    The ids in a list of models, in its order: `{"data": [{"id": ...}]}`, or a bare list.

    Raises BadReplyError, which shows how the reply begins and none of *secrets*.
    """
    value = _decoded(body)
    if value is _NOT_JSON:
        raise BadReplyError(f"The list of models is not JSON: {excerpt(body, secrets=secrets)}", status=200)
    if isinstance(value, dict):
        value = value.get("data", value.get("models"))
    if not isinstance(value, list):
        raise BadReplyError(f"The list of models has no models: {excerpt(body, secrets=secrets)}", status=200)
    return tuple(dict.fromkeys(_ids(value)))


def _decoded(body: bytes) -> Any:
    """The JSON in *body*, or that there is none, which is no error here: that would carry the document about."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return _NOT_JSON


def _ids(values: Iterable[Any]) -> Iterable[str]:
    for value in values:
        name = value if isinstance(value, str) else None
        if isinstance(value, dict):
            name = value.get("id") or value.get("name") or value.get("model")
        if isinstance(name, str) and name:
            yield name
