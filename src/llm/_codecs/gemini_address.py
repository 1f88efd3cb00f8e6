"""Where requests to Gemini go."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from .._domain.endpoint import Endpoint
from ..errors import RequestError
from .http_form import address

_VERSION = re.compile(r"v\d+((alpha|beta)\d*)?", re.ASCII)
_PREFIXES = ("models/", "tunedModels/", "publishers/", "projects/", "endpoints/")


def is_vertex(endpoint: Endpoint) -> bool:
    """Whether Vertex AI is asked, which has Gemini's wire below the paths of a project, and fetches any address."""
    parts = urlsplit(endpoint.base_url)
    return (parts.hostname or "").endswith("aiplatform.googleapis.com") or "/projects/" in f"{parts.path}/"


def method_address(endpoint: Endpoint, model: str, method: str, query: str = "") -> str:
    """
    The address of a method of a model, such as `generateContent`.

    The base URL ends before the version, as in the vendor's SDK; one that has a version in its path keeps it. Raises
    RequestError for a name that leads elsewhere.
    """
    if ".." in model:
        raise RequestError(f"{model} is no name of a model: it leads to another address")
    try:
        name = quote(_resource(model, endpoint), safe="/@:")
    except UnicodeEncodeError as error:
        raise RequestError(f"{model!a} is no name of a model: no address can carry it") from error
    return _versioned(endpoint, f"{name}:{method}", query)


def models_address(endpoint: Endpoint) -> str:
    """The address of the list of models; 1000 is the largest page."""
    return _versioned(endpoint, "models", "pageSize=1000")


def _resource(model: str, endpoint: Endpoint) -> str:
    if model.startswith(_PREFIXES):
        return model
    return f"publishers/google/models/{model}" if is_vertex(endpoint) else f"models/{model}"


def _versioned(endpoint: Endpoint, path: str, query: str) -> str:
    segments = urlsplit(endpoint.base_url).path.split("/")
    if not any(map(_VERSION.fullmatch, segments)):
        path = f"{'v1beta1' if is_vertex(endpoint) else 'v1beta'}/{path}"
    url = address(endpoint, path)
    return url if not query else f"{url}{'&' if '?' in url else '?'}{query}"
