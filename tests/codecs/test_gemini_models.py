"""Which models Gemini has, and where requests go."""

from __future__ import annotations

import json

import pytest
from gemini_replies import ENDPOINT
from gemini_requests import encode

from llm._codecs import gemini
from llm._domain.endpoint import Endpoint
from llm._domain.prompt import Prompt
from llm.errors import BadReplyError, RequestError


def at(base_url: str, model: str = "gemini-x", *, stream: bool = False) -> str:
    endpoint = Endpoint("e", base_url=base_url, wire="gemini")
    return encode(Prompt("Hi"), endpoint=endpoint, model=model, stream=stream).url


def test_models_that_generate_content_are_listed() -> None:
    """Without `models/`, in order, once; entries that do not say what they do are kept."""
    body = {
        "models": [
            {"name": "models/gemini-x", "supportedGenerationMethods": ["generateContent", "countTokens"]},
            {"name": "models/embed", "supportedGenerationMethods": ["embedContent"]},
            {"name": "tunedModels/mine"},
            {"name": "models/gemini-x"},
            {"displayName": "?"},
            7,
        ]
    }
    assert gemini.decode_models(json.dumps(body).encode()) == ("gemini-x", "tunedModels/mine")
    vertex = {"publisherModels": [{"name": "publishers/google/models/gemini-x"}]}
    assert gemini.decode_models(json.dumps(vertex).encode()) == ("gemini-x",)
    assert gemini.decode_models(b"{}") == ()


@pytest.mark.parametrize("body", [b"", b"nonsense", b'"x"', b'{"data": 7}', b'{"models": {}}'])
def test_a_list_that_is_none_is_a_bad_reply(body: bytes) -> None:
    """It is shown without secrets."""
    with pytest.raises(BadReplyError, match="The list of models"):
        gemini.decode_models(body)


def test_the_list_is_asked_for_with_the_key_in_a_header() -> None:
    """The largest page, and no key in the address."""
    request = gemini.models_request(ENDPOINT, "k-1")
    assert request.method == "GET"
    assert request.url == "https://api.acme.test/v1beta/models?pageSize=1000"
    assert request.headers["x-goog-api-key"] == "k-1"
    assert "content-type" not in request.headers


def test_the_address_has_the_version_once() -> None:
    """The base URL ends before it, as for the vendor's SDK, or has one."""
    assert at("https://g.test") == "https://g.test/v1beta/models/gemini-x:generateContent"
    assert at("https://g.test/") == "https://g.test/v1beta/models/gemini-x:generateContent"
    assert at("https://g.test/v1") == "https://g.test/v1/models/gemini-x:generateContent"
    assert at("https://g.test/proxy/v1alpha/") == "https://g.test/proxy/v1alpha/models/gemini-x:generateContent"
    assert at("https://g.test/gemini") == "https://g.test/gemini/v1beta/models/gemini-x:generateContent"
    assert at("https://g.test?a=b", stream=True) == (
        "https://g.test/v1beta/models/gemini-x:streamGenerateContent?a=b&alt=sse"
    )


def test_names_may_say_what_they_are_names_of() -> None:
    """Vertex AI has its own version, and a publisher before every name."""
    assert at("https://g.test", "models/m") == "https://g.test/v1beta/models/m:generateContent"
    assert at("https://g.test", "tunedModels/m") == "https://g.test/v1beta/tunedModels/m:generateContent"
    base = "https://aiplatform.googleapis.com"
    assert at(base) == f"{base}/v1beta1/publishers/google/models/gemini-x:generateContent"
    project = f"{base}/v1/projects/p/locations/global"
    assert at(project, "publishers/google/models/m") == f"{project}/publishers/google/models/m:generateContent"
    assert at("https://g.test", "a?b#c") == "https://g.test/v1beta/models/a%3Fb%23c:generateContent"


def test_a_name_leads_to_no_other_address() -> None:
    """The key would go with it."""
    with pytest.raises(RequestError, match="no name of a model"):
        at("https://g.test", "../../files")
