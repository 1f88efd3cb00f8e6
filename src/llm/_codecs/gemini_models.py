"""Which models a Gemini endpoint has."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from .._domain.endpoint import Endpoint
from .._io.request import HTTPRequest
from ..errors import BadReplyError
from .gemini_address import models_address
from .http_form import headers
from .redaction import excerpt

KEY_HEADER = "x-goog-api-key"
_NOT_JSON = object()


def models_request(endpoint: Endpoint, key: str | None) -> HTTPRequest:
    """The request for all models on one page."""
    sent = headers(endpoint, KEY_HEADER, key)
    sent.pop("content-type", None)
    return HTTPRequest(models_address(endpoint), None, sent, method="GET")


def decode_models(body: bytes, *, secrets: tuple[str, ...] = ()) -> tuple[str, ...]:
    """
    The names of the models that generate content, without `models/`, in the order of the list.

    Raises BadReplyError, which shows how the reply begins and none of *secrets*.
    """
    value = _decoded(body)
    if value is _NOT_JSON:
        raise BadReplyError(f"The list of models is not JSON: {excerpt(body, secrets=secrets)}", status=200)
    listed = value.get("models", value.get("publisherModels")) if isinstance(value, dict) else value
    if listed is None and value == {}:  # how Google writes an empty list
        listed = []
    if not isinstance(listed, list):
        raise BadReplyError(f"The list of models has no models: {excerpt(body, secrets=secrets)}", status=200)
    return tuple(dict.fromkeys(_names(listed)))


def _decoded(body: bytes) -> Any:
    """The JSON in *body*, or that there is none, which is no error here: that would carry the document about."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return _NOT_JSON


def _names(listed: Iterable[Any]) -> Iterable[str]:
    for entry in listed:
        if not isinstance(entry, Mapping):
            continue
        methods = entry.get("supportedGenerationMethods")
        if isinstance(methods, list) and "generateContent" not in methods:
            continue
        name = entry.get("name")
        if isinstance(name, str) and name:
            yield name.removeprefix("publishers/google/").removeprefix("models/")
